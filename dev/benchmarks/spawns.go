package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Spawns are the actions of one kind that a build has executed.
type spawns struct {
	count int
	time  time.Duration // the sum of what each took
}

// readSpawns reads an execution log (--execution_log_json_file): actions by
// mnemonic. None may come from a cache, since it would not say what it takes.
func readSpawns(file string) (map[string]spawns, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	found := make(map[string]spawns)
	for log := json.NewDecoder(f); ; {
		var entry struct {
			Mnemonic string
			CacheHit bool
			Metrics  struct{ ExecutionWallTime string }
		}
		if err := log.Decode(&entry); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if entry.CacheHit {
			return nil, fmt.Errorf("%s: an action %s came from a cache", file, entry.Mnemonic)
		}
		took, err := time.ParseDuration(entry.Metrics.ExecutionWallTime)
		if err != nil {
			return nil, fmt.Errorf("%s: the time of an action %s: %w", file, entry.Mnemonic, err)
		}
		s := found[entry.Mnemonic]
		found[entry.Mnemonic] = spawns{s.count + 1, s.time + took}
	}
}
