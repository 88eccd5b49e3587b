package sdklock

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/rules-kbuild/rules_kbuild/internal/debian"
)

// parallelRequests bounds the HEAD requests under way; mirrors answer each in tens of milliseconds.
const parallelRequests = 24

// Fetch reads the index of a suite, main and security archive, from the first mirror of each that has it.
// A suite without security archive (testing before its first upload) is no error.
func Fetch(ctx context.Context, client *debian.Client, mirrors []debian.Mirror, suite, architecture string, keys debian.Keyring) (*Index, error) {
	index := &Index{}
	for _, archive := range []string{debian.MainArchive, debian.SecurityArchive} {
		name := suite
		if archive == debian.SecurityArchive {
			name += "-security"
		}
		paragraphs, err := fetchArchive(ctx, client, mirrors, archive, name, architecture, keys)
		if archive == debian.SecurityArchive && errors.Is(err, debian.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		index.Add(archive, paragraphs)
	}
	return index, nil
}

func fetchArchive(ctx context.Context, client *debian.Client, mirrors []debian.Mirror, archive, suite, architecture string, keys debian.Keyring) ([]debian.Paragraph, error) {
	var errs []error
	for _, m := range mirrors {
		if m.Archive != archive {
			continue
		}
		paragraphs, err := client.Packages(ctx, m, suite, architecture, keys)
		if err == nil {
			return paragraphs, nil
		}
		errs = append(errs, err)
	}
	if len(errs) == 0 {
		return nil, fmt.Errorf("no mirror of %s is known for suite %s: give one with --mirror", archive, suite)
	}
	// A mirror that cannot be reached is no proof that the suite is gone, so that error wins.
	for _, err := range errs {
		if !errors.Is(err, debian.ErrNotFound) {
			return nil, err
		}
	}
	return nil, errs[0]
}

// Gone finds the packages of a lock that no mirror has any more. An error means that it could not be told: no mirror
// answered for some package.
func Gone(ctx context.Context, client *debian.Client, mirrors []debian.Mirror, lock *Lock) ([]Package, error) {
	results := make([]error, len(lock.Packages))
	limit := make(chan struct{}, parallelRequests)
	var wait sync.WaitGroup
	for i, p := range lock.Packages {
		wait.Add(1)
		go func() {
			defer wait.Done()
			limit <- struct{}{}
			defer func() { <-limit }()
			results[i] = onAnyMirror(ctx, client, mirrors, p)
		}()
	}
	wait.Wait()
	var gone []Package
	for i, err := range results {
		switch {
		case err == nil:
		case errors.Is(err, debian.ErrNotFound):
			gone = append(gone, lock.Packages[i])
		default:
			return nil, err
		}
	}
	return gone, nil
}

// onAnyMirror asks the mirrors of the package's archive, then the others: a security update moves to the main archive
// with the next point release.
func onAnyMirror(ctx context.Context, client *debian.Client, mirrors []debian.Mirror, p Package) error {
	ordered := slices.Clone(mirrors)
	slices.SortStableFunc(ordered, func(a, b debian.Mirror) int {
		return rank(a, p) - rank(b, p)
	})
	err := fmt.Errorf("%s: no mirror is known", p.Name)
	var unreachable error
	for _, m := range ordered {
		err = client.Has(ctx, URL(m, p), p.Size)
		if err == nil {
			return nil
		}
		if !errors.Is(err, debian.ErrNotFound) && m.Archive == p.Archive {
			unreachable = err
		}
	}
	if unreachable != nil {
		return unreachable
	}
	return err
}

func rank(m debian.Mirror, p Package) int {
	if m.Archive == p.Archive {
		return 0
	}
	return 1
}

// URL is where a mirror would have a package.
func URL(m debian.Mirror, p Package) string {
	// A `~` or `+` of a version stands in the path as it is; `%3a`, where a mirror wants the epoch, is already in Path.
	return m.URL + "/" + strings.TrimLeft(p.Path, "/")
}
