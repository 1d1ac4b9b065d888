package main

import (
	"encoding/json"
	"strings"
	gotemplate "text/template"
)

type rendered struct {
	Text  string `json:"text"`
	Error string `json:"error"`
}

// render executes a template of Go's text/template: the request is JSON with its text and its data.
func render(payload []byte) (out rendered) {
	var request struct {
		Text    string
		Context map[string]any
	}
	must(json.Unmarshal(payload, &request))
	parsed, err := gotemplate.New("oracle").Parse(request.Text)
	if err != nil {
		return rendered{Error: err.Error()}
	}
	var text strings.Builder
	if err := parsed.Execute(&text, request.Context); err != nil {
		return rendered{Error: err.Error()}
	}
	return rendered{Text: text.String()}
}
