// Package parallel spreads work over the processors.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Ranges parts the numbers from 0 up to n into ranges of at most size, and calls
// work for each: in as many goroutines as there are processors, each of which
// takes the next range when it is done with one. It returns the error of the
// first range that has one; the others are done nevertheless.
func Ranges(n, size int, work func(first, end int) error) error {
	count := (n + size - 1) / size
	errs := make([]error, count)
	var next atomic.Int64
	some := func() {
		for i := int(next.Add(1)) - 1; i < count; i = int(next.Add(1)) - 1 {
			errs[i] = work(i*size, min((i+1)*size, n))
		}
	}
	var others sync.WaitGroup
	for range min(count, runtime.GOMAXPROCS(0)) - 1 {
		others.Go(some)
	}
	some()
	others.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
