package debian

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	"github.com/ulikunitz/xz"
)

// ErrNotFound says that a mirror answered, and does not have the file.
var ErrNotFound = errors.New("not on the mirror")

// Keyring holds the public keys that sign Release files.
type Keyring = openpgp.EntityList

// ReadKeyring reads an OpenPGP keyring file, binary or armored (debian-archive-keyring.gpg).
func ReadKeyring(path string) (Keyring, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	keys, err := openpgp.ReadKeyRing(bytes.NewReader(data))
	if err != nil {
		keys, err = openpgp.ReadArmoredKeyRing(bytes.NewReader(data))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return keys, nil
}

// File is what a Release file says of one file below its folder.
type File struct {
	SHA256 string
	Size   int64
}

// Release is a suite's Release file: which indexes it has, by path below dists/SUITE.
type Release struct {
	Codename string
	Files    map[string]File
}

// ParseInRelease reads an InRelease file. With a keyring, a signature that none of its keys made is an error; with nil
// the signature is not looked at.
func ParseInRelease(data []byte, keys Keyring) (*Release, error) {
	block := decodeClearsigned(data)
	if block == nil {
		return nil, errors.New("InRelease is not a signed message")
	}
	if keys != nil {
		if _, err := openpgp.CheckDetachedSignature(keys, bytes.NewReader(block.Bytes), block.ArmoredSignature.Body, nil); err != nil {
			return nil, fmt.Errorf("InRelease's signature: %w", err)
		}
	}
	release := &Release{Files: map[string]File{}}
	err := ReadParagraphs(bytes.NewReader(block.Plaintext), func(p Paragraph) error {
		if release.Codename == "" {
			release.Codename = p["Codename"]
		}
		for _, line := range strings.Split(p["SHA256"], "\n") {
			words := strings.Fields(line)
			if len(words) != 3 {
				continue
			}
			size, err := strconv.ParseInt(words[1], 10, 64)
			if err != nil {
				return fmt.Errorf("InRelease: %s: size %q", words[2], words[1])
			}
			release.Files[words[2]] = File{SHA256: words[0], Size: size}
		}
		return nil
	})
	return release, err
}

// decodeClearsigned returns nil where there is no signed message. The library panics on a message without text
// (go-crypto v1.4.1, found by fuzzing).
func decodeClearsigned(data []byte) (block *clearsign.Block) {
	defer func() {
		if recover() != nil {
			block = nil
		}
	}()
	block, _ = clearsign.Decode(data)
	return block
}

// Client fetches from mirrors over HTTP. The zero value works.
type Client struct {
	HTTP http.Client
}

// Get fetches a URL whole. ErrNotFound where the server says 404 or 410.
func (c *Client) Get(ctx context.Context, url string) ([]byte, error) {
	response, err := c.do(ctx, http.MethodGet, url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	return data, nil
}

// Has asks whether a mirror has a file of this size (HEAD). ErrNotFound where it does not.
func (c *Client) Has(ctx context.Context, url string, size int64) error {
	response, err := c.do(ctx, http.MethodHead, url)
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.ContentLength >= 0 && size > 0 && response.ContentLength != size {
		return fmt.Errorf("%s: %w: it has %d bytes there, not %d", url, ErrNotFound, response.ContentLength, size)
	}
	return nil
}

func (c *Client) do(ctx context.Context, method, url string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusOK {
		return response, nil
	}
	response.Body.Close()
	if response.StatusCode == http.StatusNotFound || response.StatusCode == http.StatusGone {
		return nil, fmt.Errorf("%s: %w", url, ErrNotFound)
	}
	return nil, fmt.Errorf("%s: %s", url, response.Status)
}

// Packages fetches the index of a suite's main component for an architecture from one mirror, checks it against the
// suite's InRelease, and that against keys (nil: unchecked). It returns the stanzas of Packages.
func (c *Client) Packages(ctx context.Context, mirror Mirror, suite, architecture string, keys Keyring) ([]Paragraph, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	dists := mirror.URL + "/dists/" + suite + "/"
	data, err := c.Get(ctx, dists+"InRelease")
	if err != nil {
		return nil, err
	}
	release, err := ParseInRelease(data, keys)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dists, err)
	}
	index := "main/binary-" + architecture + "/Packages"
	for _, suffix := range []string{".xz", ".gz", ""} {
		file, ok := release.Files[index+suffix]
		if !ok {
			continue
		}
		// By digest, so that a mirror in the middle of an update still gives the index that InRelease means.
		data, err := c.Get(ctx, dists+"main/binary-"+architecture+"/by-hash/SHA256/"+file.SHA256)
		if errors.Is(err, ErrNotFound) {
			data, err = c.Get(ctx, dists+index+suffix)
		}
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		if got := hex.EncodeToString(sum[:]); got != file.SHA256 {
			return nil, fmt.Errorf("%s%s%s: its SHA-256 is %s, but InRelease says %s", dists, index, suffix, got, file.SHA256)
		}
		paragraphs, err := readIndex(data, suffix)
		if err != nil {
			return nil, fmt.Errorf("%s%s%s: %w", dists, index, suffix, err)
		}
		return paragraphs, nil
	}
	return nil, fmt.Errorf("%sInRelease lists no %s", dists, index)
}

func readIndex(data []byte, suffix string) ([]Paragraph, error) {
	var r io.Reader = bytes.NewReader(data)
	var err error
	switch suffix {
	case ".xz":
		r, err = xz.NewReader(r)
	case ".gz":
		r, err = gzip.NewReader(r)
	}
	if err != nil {
		return nil, err
	}
	var all []Paragraph
	err = ReadParagraphs(r, func(p Paragraph) error {
		all = append(all, p)
		return nil
	})
	return all, err
}
