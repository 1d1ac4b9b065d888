package main

import (
	"encoding/json"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

type wordRequest struct {
	Word       string   `json:"word"`
	Env        []string `json:"env"`
	Escape     string   `json:"escape"`
	RawQuotes  bool     `json:"rawQuotes"`
	RawEscapes bool     `json:"rawEscapes"`
	SkipUnset  bool     `json:"skipUnset"`
}

type wordAnswer struct {
	OK     bool   `json:"ok"`
	Result text   `json:"result"`
	Words  []text `json:"words"`
}

func lexWord(payload []byte) wordAnswer {
	var request wordRequest
	must(json.Unmarshal(payload, &request))
	lex := shell.NewLex(rune(request.Escape[0]))
	lex.RawQuotes = request.RawQuotes
	lex.RawEscapes = request.RawEscapes
	lex.SkipUnsetEnv = request.SkipUnset
	env := shell.EnvsFromSlice(request.Env)
	words, err := lex.ProcessWords(request.Word, env)
	if err != nil {
		return wordAnswer{Words: []text{}}
	}
	result, _, err := lex.ProcessWord(request.Word, env)
	must(err)
	return wordAnswer{true, text(result), texts(words)}
}
