package contract

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// request is the schema of the JSON body the operation takes, nil without one.
func (o *operation) request(r *http.Request) *openapi3.SchemaRef {
	if o.op.RequestBody == nil || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return nil
	}
	return schemaOf(o.op.RequestBody.Value.Content)
}

// answer is the schema of the JSON body the operation answers with, nil without one.
func (o *operation) answer(r *http.Response) *openapi3.SchemaRef {
	described := o.op.Responses.Status(r.StatusCode)
	if described == nil || described.Value == nil {
		return nil
	}
	return schemaOf(described.Value.Content)
}

func schemaOf(content openapi3.Content) *openapi3.SchemaRef {
	if media := content.Get("application/json"); media != nil {
		return media.Schema
	}
	return nil
}

// unknownIn finds a property that the description does not have. Descriptions allow any by silence, and so would not
// notice a misspelt name.
func unknownIn(schema *openapi3.SchemaRef, body []byte) error {
	if schema == nil || len(body) == 0 {
		return nil
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return err
	}
	return walk("", []*openapi3.Schema{schema.Value}, value)
}

func walk(at string, schemas []*openapi3.Schema, value any) error {
	switch v := value.(type) {
	case map[string]any:
		return walkObject(at, schemas, v)
	case []any:
		var items []*openapi3.Schema
		for _, s := range flatten(schemas) {
			if s.Items != nil {
				items = append(items, s.Items.Value)
			}
		}
		for _, item := range v {
			if err := walk(at+"[]", items, item); err != nil {
				return err
			}
		}
	}
	return nil
}

func walkObject(at string, schemas []*openapi3.Schema, object map[string]any) error {
	properties := map[string][]*openapi3.Schema{}
	for _, s := range flatten(schemas) {
		if s.AdditionalProperties.Schema != nil || s.AdditionalProperties.Has != nil && *s.AdditionalProperties.Has {
			return nil
		}
		for name, p := range s.Properties {
			properties[name] = append(properties[name], p.Value)
		}
	}
	if len(properties) == 0 {
		return nil
	}
	for name, value := range object {
		if strings.HasPrefix(name, "@") {
			continue
		}
		if properties[name] == nil {
			return fmt.Errorf("there is no property %s.%s", at, name)
		}
		if err := walk(at+"."+name, properties[name], value); err != nil {
			return err
		}
	}
	return nil
}

// flatten adds what schemas are put together from.
func flatten(schemas []*openapi3.Schema) []*openapi3.Schema {
	var all []*openapi3.Schema
	for _, s := range schemas {
		if s == nil {
			continue
		}
		all = append(all, s)
		for _, refs := range []openapi3.SchemaRefs{s.AllOf, s.AnyOf, s.OneOf} {
			for _, ref := range refs {
				all = append(all, flatten([]*openapi3.Schema{ref.Value})...)
			}
		}
	}
	return all
}
