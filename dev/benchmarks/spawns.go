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

// readSpawns sums up an execution log: actions by mnemonic. None may come from a
// cache, since it would not say what it takes.
func readSpawns(file string) (map[string]spawns, error) {
	log, err := readLog(file)
	if err != nil {
		return nil, err
	}
	found := make(map[string]spawns)
	for _, entry := range log {
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
	return found, nil
}

// A spawn is an action as an execution log has it.
type spawn struct {
	Mnemonic string
	CacheHit bool
	Metrics  struct{ ExecutionWallTime string }
}

// readLog reads an execution log (--execution_log_json_file).
func readLog(file string) ([]spawn, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var log []spawn
	for d := json.NewDecoder(f); ; {
		var entry spawn
		if err := d.Decode(&entry); errors.Is(err, io.EOF) {
			return log, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		log = append(log, entry)
	}
}
