package report

import (
	"bytes"
	"encoding/json"
)

// JSON returns the report as a JSON object, with a newline at its end: the
// fields of Report.
func (r *Report) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(r); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
