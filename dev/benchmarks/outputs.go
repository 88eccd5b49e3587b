package main

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
)

// actionOutputs are all outputs of each action of what `aquery --output=jsonproto` has
// written (analysis_v2.proto's ActionGraphContainer), by the first, in the order in
// which they are declared: paths from the execution root.
func actionOutputs(graph string) (map[string][]string, error) {
	var g struct {
		Actions []struct {
			OutputIDs []int
			PrimaryID int `json:"primaryOutputId"`
		}
		Artifacts     []struct{ ID, PathFragmentID int }
		PathFragments []fragment
	}
	if err := json.Unmarshal([]byte(graph), &g); err != nil {
		return nil, fmt.Errorf("what aquery writes: %w", err)
	}
	fragments := map[int]fragment{}
	for _, f := range g.PathFragments {
		fragments[f.ID] = f
	}
	paths := map[int]string{}
	for _, a := range g.Artifacts {
		for f, there := fragments[a.PathFragmentID]; there; f, there = fragments[f.ParentID] {
			paths[a.ID] = path.Join(f.Label, paths[a.ID])
		}
	}
	outputs := map[string][]string{}
	for _, a := range g.Actions {
		if !slices.Contains(a.OutputIDs, a.PrimaryID) || paths[a.PrimaryID] == "" {
			return nil, fmt.Errorf("what aquery writes: the first output of an action, artifact %d, has no path", a.PrimaryID)
		}
		for _, id := range a.OutputIDs {
			outputs[paths[a.PrimaryID]] = append(outputs[paths[a.PrimaryID]], paths[id])
		}
	}
	return outputs, nil
}

// A fragment is a part of a path, below its parent.
type fragment struct {
	ID, ParentID int
	Label        string
}
