package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"sync"

	"parley/internal/fault"
)

// A Row is a noun that can be kept: its one method visits the columns of its
// table, name and field, so that insert, select and returning cannot drift.
//
//	func (m *Meeting) Columns(c *db.Columns) {
//		c.Col("org_id", &m.OrgID)
//		c.Col("starts_at", (*db.Time)(&m.Starts))
//	}
type Row interface{ Columns(c *Columns) }

// Columns collects what a Row says of itself.
type Columns struct {
	names  []string
	fields []any
}

// Col names a column and the field that holds it.
func (c *Columns) Col(name string, field any) {
	c.names = append(c.names, name)
	c.fields = append(c.fields, field)
}

// rowOf lets One and All infer the pointer type that has the method.
type rowOf[T any] interface {
	*T
	Row
}

// One returns the first row of a query, or fault.NotFound. The word {columns}
// in the text stands for the columns of T, {m.columns} for the same of alias m.
func One[T any, P rowOf[T]](ctx context.Context, q Q, text string, args ...any) (T, error) {
	all, err := All[T, P](ctx, q, text, args...)
	if err != nil {
		return *new(T), err
	}
	if len(all) == 0 {
		return *new(T), fault.Wrap(fault.NotFound, sql.ErrNoRows, "")
	}
	return all[0], nil
}

// All returns every row of a query, in its order. See One for {columns}.
func All[T any, P rowOf[T]](ctx context.Context, q Q, text string, args ...any) ([]T, error) {
	return scan(ctx, q, expand[T, P](text), args, func(t *T, c *Columns) { P(t).Columns(c) })
}

// Value returns the single value of a query's first row, or fault.NotFound.
func Value[V any](ctx context.Context, q Q, text string, args ...any) (V, error) {
	all, err := Values[V](ctx, q, text, args...)
	if err != nil {
		return *new(V), err
	}
	if len(all) == 0 {
		return *new(V), fault.Wrap(fault.NotFound, sql.ErrNoRows, "")
	}
	return all[0], nil
}

// Values returns the single column of a query.
func Values[V any](ctx context.Context, q Q, text string, args ...any) ([]V, error) {
	return scan(ctx, q, text, args, func(v *V, c *Columns) { c.Col("", v) })
}

// Insert adds a row. The suffix, if any, ends the statement: ON CONFLICT ...
func Insert(ctx context.Context, tx *Tx, table string, row Row, suffix ...string) error {
	_, err := InsertCount(ctx, tx, table, row, suffix...)
	return err
}

// InsertCount is Insert that tells how many rows were added: none, when ON
// CONFLICT DO NOTHING met its conflict.
func InsertCount(ctx context.Context, tx *Tx, table string, row Row, suffix ...string) (int64, error) {
	var c Columns
	row.Columns(&c)
	text := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s) %s", table, strings.Join(c.names, ", "), Params(1, len(c.names)), strings.Join(suffix, " "))
	return tx.Exec(ctx, text, c.fields...)
}

// InsertAll adds rows of one table in one statement and returns a column of
// those that were really added, which ON CONFLICT DO NOTHING in the suffix can
// make fewer.
func InsertAll[V any](ctx context.Context, tx *Tx, table string, rows []Row, suffix, returning string) ([]V, error) {
	var c Columns
	var values []string
	for _, row := range rows {
		before := len(c.names)
		row.Columns(&c)
		values = append(values, "("+Params(before+1, len(c.names)-before)+")")
	}
	names := strings.Join(c.names[:len(c.names)/len(rows)], ", ")
	text := fmt.Sprintf("INSERT INTO %s (%s) VALUES %s %s RETURNING %s", table, names, strings.Join(values, ", "), suffix, returning)
	return Values[V](ctx, tx, text, c.fields...)
}

func scan[T any](ctx context.Context, q Q, text string, args []any, visit func(*T, *Columns)) (_ []T, err error) {
	rows, err := q.query(ctx, text, args)
	if err != nil {
		return nil, q.fail(err)
	}
	defer func() {
		if cerr := rows.Close(); err == nil && cerr != nil {
			err = q.fail(cerr)
		}
	}()
	var all []T
	var c Columns
	for rows.Next() {
		var t T
		c.names, c.fields = c.names[:0], c.fields[:0]
		visit(&t, &c)
		if err := rows.Scan(c.fields...); err != nil {
			return nil, q.fail(err)
		}
		all = append(all, t)
	}
	if err := rows.Err(); err != nil {
		return nil, q.fail(err)
	}
	return all, nil
}

var columnsWord = regexp.MustCompile(`\{(\w+\.)?columns\}`)

type expansion struct {
	row  reflect.Type
	text string
}

var expansions sync.Map // of expansion to string: the texts are constants of the program

// expand writes the columns of T where the text says {columns}.
func expand[T any, P rowOf[T]](text string) string {
	key := expansion{reflect.TypeFor[T](), text}
	if full, ok := expansions.Load(key); ok {
		return full.(string)
	}
	var c Columns
	P(new(T)).Columns(&c)
	full := columnsWord.ReplaceAllStringFunc(text, func(word string) string {
		alias := columnsWord.FindStringSubmatch(word)[1]
		return alias + strings.Join(c.names, ", "+alias)
	})
	expansions.Store(key, full)
	return full
}

// plain turns arguments into the few types that both drivers take alike:
// pointers are followed and named types become their kind.
func plain(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = plainValue(a)
	}
	return out
}

func plainValue(a any) any {
	switch v := a.(type) {
	case nil, string, int64, bool, float64, []byte:
		return a
	case int:
		return int64(v)
	case *string:
		return *v
	case *int64:
		return *v
	case driver.Valuer:
		if out, err := v.Value(); err == nil {
			return out
		}
		return a
	}
	return reflected(reflect.ValueOf(a), a)
}

func reflected(v reflect.Value, a any) any {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return plainValue(v.Elem().Interface())
	case reflect.String:
		return v.String()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Bool:
		return v.Bool()
	case reflect.Float32, reflect.Float64:
		return v.Float()
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Bytes()
		}
	}
	return a
}
