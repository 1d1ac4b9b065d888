// Oracle says what BuildKit itself makes of Dockerfiles: for the files named, or for requests on standard input.
//
//	oracle FILE...      one line of JSON for each file
//	oracle -requests    one line of JSON for each request; a request is a kind (one byte: d, w, b or t), a length
//	                    (four bytes, big-endian) and so many bytes
//
// Strings are written with one character for each byte (Latin-1), so that nothing is lost of what is not UTF-8.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// text is a string whose every byte becomes one character of JSON.
type text string

func (t text) MarshalJSON() ([]byte, error) {
	var out strings.Builder
	out.WriteByte('"')
	for i := 0; i < len(t); i++ {
		c := t[i]
		if c >= 0x20 && c < 0x7f && c != '"' && c != '\\' {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "\\u%04x", c)
		}
	}
	out.WriteByte('"')
	return []byte(out.String()), nil
}

func texts(list []string) []text {
	out := make([]text, len(list))
	for i, s := range list {
		out[i] = text(s)
	}
	return out
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	if len(os.Args) == 2 && os.Args[1] == "-requests" {
		answerRequests(bufio.NewReader(os.Stdin), out, encoder)
		return
	}
	for _, name := range os.Args[1:] {
		source, err := os.ReadFile(name)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		must(encoder.Encode(parseFile(source)))
	}
}

func answerRequests(in *bufio.Reader, out *bufio.Writer, encoder *json.Encoder) {
	for {
		kind, err := in.ReadByte()
		if err == io.EOF {
			return
		}
		must(err)
		var length uint32
		must(binary.Read(in, binary.BigEndian, &length))
		payload := make([]byte, length)
		_, err = io.ReadFull(in, payload)
		must(err)
		switch kind {
		case 'd':
			must(encoder.Encode(parseFile(payload)))
		case 'w':
			must(encoder.Encode(lexWord(payload)))
		case 'b':
			must(encoder.Encode(convert(payload)))
		case 't':
			must(encoder.Encode(render(payload)))
		default:
			panic(fmt.Sprintf("unknown request %q", kind))
		}
		if in.Buffered() == 0 {
			must(out.Flush())
		}
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
