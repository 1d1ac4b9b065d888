package main

import (
	"context"
	"encoding/json"
	"sort"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

type conversionRequest struct {
	// One character for each byte.
	Dockerfile string            `json:"dockerfile"`
	Target     string            `json:"target"`
	BuildArgs  map[string]string `json:"buildArgs"`
	Platform   string            `json:"platform"`
	Base       json.RawMessage   `json:"base"`
}

type conversion struct {
	Error text `json:"error"`
	// The image's own config and history.
	User      text    `json:"user"`
	Env       []text  `json:"env"`
	Directory text    `json:"directory"`
	Layers    []bool  `json:"layers"`
	CreatedBy []text  `json:"createdBy"`
	Runs      []ranIn `json:"runs"`
}

// ranIn is what a RUN of the build runs in.
type ranIn struct {
	Line      int    `json:"line"`
	User      text   `json:"user"`
	Env       []text `json:"env"`
	Directory text   `json:"directory"`
}

// fakeImages gives every image the same config.
type fakeImages struct{ config []byte }

func (f fakeImages) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	return ref, digest.FromString(ref), f.config, nil
}

func convert(payload []byte) conversion {
	var request conversionRequest
	must(json.Unmarshal(payload, &request))
	source := make([]byte, 0, len(request.Dockerfile))
	for _, r := range request.Dockerfile {
		source = append(source, byte(r))
	}
	config, err := json.Marshal(map[string]any{
		"architecture": "amd64", "os": "linux", "config": request.Base,
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{digest.FromString("base").String()}},
	})
	must(err)
	caps := pb.Caps.CapSet(pb.Caps.All())
	options := dockerfile2llb.ConvertOpt{
		Config:       dockerui.Config{BuildArgs: request.BuildArgs, Target: request.Target},
		MetaResolver: fakeImages{config},
		SourceMap:    llb.NewSourceMap(nil, "Dockerfile", "Dockerfile", source),
		LLBCaps:      &caps,
	}
	if request.Platform != "" {
		platform, err := platforms.Parse(request.Platform)
		must(err)
		options.TargetPlatform = &platform
		options.BuildPlatforms = []ocispecs.Platform{platform}
	}
	result, err := dockerfile2llb.Dockerfile2LLB(context.Background(), source, options)
	if err != nil {
		return conversion{Error: text(err.Error()), Env: []text{}, Layers: []bool{}, CreatedBy: []text{}, Runs: []ranIn{}}
	}
	out := conversion{
		User:      text(result.Image.Config.User),
		Env:       texts(result.Image.Config.Env),
		Directory: text(result.Image.Config.WorkingDir),
		Layers:    []bool{},
		CreatedBy: []text{},
	}
	for _, entry := range result.Image.History {
		out.Layers = append(out.Layers, !entry.EmptyLayer)
		out.CreatedBy = append(out.CreatedBy, text(entry.CreatedBy))
	}
	definition, err := result.State.Marshal(context.Background())
	must(err)
	out.Runs = runsOf(definition)
	return out
}

func runsOf(definition *llb.Definition) []ranIn {
	runs := []ranIn{}
	for _, bytes := range definition.Def {
		var op pb.Op
		must(op.UnmarshalVT(bytes))
		exec := op.GetExec()
		if exec == nil {
			continue
		}
		env := append([]string{}, exec.Meta.Env...)
		sort.Strings(env)
		// one operation may stand for equal instructions of several stages
		for _, location := range definition.Source.Locations[string(digest.FromBytes(bytes))].GetLocations() {
			line := int(location.Ranges[0].Start.Line)
			runs = append(runs, ranIn{line, text(exec.Meta.User), texts(env), text(exec.Meta.Cwd)})
		}
	}
	sort.SliceStable(runs, func(i, j int) bool { return runs[i].Line < runs[j].Line })
	return runs
}
