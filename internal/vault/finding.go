package vault

import "encoding/json"

// findings are kept as one text.
type findings []Finding

// keptFinding keeps the kinds of a finding's values.
type keptFinding struct {
	Finding
	Args Args
}

// MarshalJSON writes the findings.
func (f findings) MarshalJSON() ([]byte, error) {
	kept := make([]keptFinding, len(f))
	for i, one := range f {
		kept[i] = keptFinding{Finding: one, Args: one.Args}
	}
	return json.Marshal(kept)
}

// UnmarshalJSON reads the findings.
func (f *findings) UnmarshalJSON(data []byte) error {
	var kept []keptFinding
	if err := json.Unmarshal(data, &kept); err != nil {
		return err
	}
	*f = nil
	for _, k := range kept {
		k.Finding.Args = k.Args
		*f = append(*f, k.Finding)
	}
	return nil
}
