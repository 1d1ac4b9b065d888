package main

import (
	"bytes"
	"errors"
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

type parsed struct {
	Error              text          `json:"error"`
	Syntax             *syntax       `json:"syntax"`
	Escape             text          `json:"escape"`
	EmptyContinuations int           `json:"emptyContinuations"`
	Instructions       []instruction `json:"instructions"`
}

type syntax struct {
	Image       text `json:"image"`
	CommandLine text `json:"commandLine"`
	Line        int  `json:"line"`
}

type instruction struct {
	// In lower case; a question mark for one that Dockerfiles do not have.
	Keyword  text         `json:"keyword"`
	Line     int          `json:"line"`
	EndLine  int          `json:"endLine"`
	Original text         `json:"original"`
	Flags    []text       `json:"flags"`
	JSON     bool         `json:"json"`
	Args     []text       `json:"args"`
	Heredocs []heredoc    `json:"heredocs"`
	Comments []text       `json:"comments"`
	Inner    *instruction `json:"inner"`
	// What instructions.ParseInstruction says against it.
	Problem text    `json:"problem"`
	Mounts  []mount `json:"mounts"`
	// A mount holds something to expand, and is not read further.
	Unresolved bool   `json:"unresolved"`
	Stage      *stage `json:"stage"`
}

type heredoc struct {
	Name           text `json:"name"`
	Strip          bool `json:"strip"`
	Expand         bool `json:"expand"`
	FileDescriptor uint `json:"fileDescriptor"`
	Content        text `json:"content"`
}

type stage struct {
	Name     text `json:"name"`
	Base     text `json:"base"`
	Platform text `json:"platform"`
}

type mount struct {
	Type     text    `json:"type"`
	From     text    `json:"from"`
	Source   text    `json:"source"`
	Target   text    `json:"target"`
	ID       text    `json:"id"`
	ReadOnly bool    `json:"readOnly"`
	Required bool    `json:"required"`
	Sharing  text    `json:"sharing"`
	Env      *text   `json:"env"`
	Mode     *uint64 `json:"mode"`
	UID      *uint64 `json:"uid"`
	GID      *uint64 `json:"gid"`
}

func parseFile(source []byte) parsed {
	out := parsed{Instructions: []instruction{}}
	if image, commandLine, location, ok := parser.DetectSyntax(source); ok {
		out.Syntax = &syntax{text(image), text(commandLine), location[0].Start.Line}
	}
	result, err := parser.Parse(bytes.NewReader(source))
	if err != nil {
		out.Error = text(err.Error())
		return out
	}
	out.Escape = text(string(result.EscapeToken))
	out.EmptyContinuations = len(result.Warnings)
	for _, node := range result.AST.Children {
		out.Instructions = append(out.Instructions, describe(node, true))
	}
	return out
}

func describe(node *parser.Node, withParsed bool) instruction {
	out := instruction{
		Keyword:  keyword(node.Value),
		Line:     node.StartLine,
		EndLine:  node.EndLine,
		Original: text(node.Original),
		Flags:    texts(node.Flags),
		JSON:     node.Attributes["json"],
		Args:     texts(nodeArgs(node)),
		Heredocs: []heredoc{},
		Comments: texts(node.PrevComment),
		Mounts:   []mount{},
	}
	for _, h := range node.Heredocs {
		out.Heredocs = append(out.Heredocs, heredoc{text(h.Name), h.Chomp, h.Expand, h.FileDescriptor, text(h.Content)})
	}
	if strings.ToLower(node.Value) == "onbuild" && node.Next != nil && len(node.Next.Children) > 0 {
		inner := describe(node.Next.Children[0], false)
		out.Inner = &inner
	}
	if withParsed {
		addParsed(&out, node)
	}
	return out
}

func keyword(written string) text {
	lower := strings.ToLower(written)
	if _, ok := command.Commands[lower]; !ok {
		return "?"
	}
	return text(lower)
}

func addParsed(out *instruction, node *parser.Node) {
	// without a linter a `# check=` above an instruction is a nil pointer
	quiet := linter.New(&linter.Config{SkipAll: true})
	parsed, err := instructions.ParseInstructionWithLinter(node, quiet)
	if err != nil {
		out.Problem = text(err.Error())
		return
	}
	switch c := parsed.(type) {
	case *instructions.Stage:
		out.Stage = &stage{text(c.Name), text(c.BaseName), text(c.Platform)}
	case *instructions.RunCommand:
		if err := c.Expand(leaveVariables); err != nil {
			out.Unresolved = errors.Is(err, errVariable)
			out.Problem = text(err.Error())
			return
		}
		for _, m := range instructions.GetMounts(c) {
			out.Mounts = append(out.Mounts, describeMount(m))
		}
	}
}

var errVariable = errors.New("it holds a variable")

func leaveVariables(word string) (string, error) {
	if strings.ContainsAny(word, "$'\"\\`") {
		return "", errVariable
	}
	return word, nil
}

func describeMount(m *instructions.Mount) mount {
	out := mount{
		Type: text(m.Type), From: text(m.From), Source: text(m.Source), Target: text(m.Target), ID: text(m.CacheID),
		ReadOnly: m.ReadOnly, Required: m.Required, Sharing: text(m.CacheSharing), Mode: m.Mode, UID: m.UID, GID: m.GID,
	}
	if m.Env != nil {
		env := text(*m.Env)
		out.Env = &env
	}
	if m.Type == instructions.MountTypeSecret {
		addSecretPlace(&out, m)
	}
	return out
}

// As dockerfile2llb.dispatchSecret.
func addSecretPlace(out *mount, m *instructions.Mount) {
	id := m.CacheID
	if m.Source != "" {
		id = m.Source
	}
	if id == "" {
		id = path.Base(m.Target)
	}
	out.ID = text(id)
	if m.Target == "" && m.Env == nil {
		out.Target = text("/run/secrets/" + path.Base(id))
	}
}

// As instructions.nodeArgs.
func nodeArgs(node *parser.Node) []string {
	result := []string{}
	for ; node.Next != nil; node = node.Next {
		arg := node.Next
		if len(arg.Children) == 0 {
			result = append(result, arg.Value)
		} else if len(arg.Children) == 1 {
			result = append(result, arg.Children[0].Value)
			result = append(result, nodeArgs(arg.Children[0])...)
		}
	}
	return result
}
