package page

import (
	"strconv"
	"strings"
	"testing"

	"parley/internal/words"
)

func TestNumbersNameTheEndsAndWhatIsNear(t *testing.T) {
	for _, c := range []struct {
		at, pages int
		want      string
	}{
		{1, 2, "[1] 2"}, {1, 5, "[1] 2 … 5"}, {3, 5, "1 2 [3] 4 5"}, {4, 9, "1 2 3 [4] 5 … 9"}, {5, 9, "1 … 4 [5] 6 … 9"},
		{9, 9, "1 … 8 [9]"}, {99, 9, "1 … 9"}, {500, 1000, "1 … 499 [500] 501 … 1,000"},
	} {
		var got []string
		for _, n := range Numbered(words.Reader{}, c.at, 10, c.pages*10, strconv.Itoa).Numbers {
			switch {
			case n.Label == "":
				got = append(got, "…")
			case n.Current:
				got = append(got, "["+n.Label+"]")
			default:
				got = append(got, n.Label)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("page %d of %d: %s, want %s", c.at, c.pages, strings.Join(got, " "), c.want)
		}
	}
}
