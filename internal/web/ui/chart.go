package ui

import (
	"fmt"
	"strings"
)

// A Bar is one value of a BarChart.
type Bar struct {
	Label string
	Value float64
	// Text is the value as it is read ("42", "3.5 h").
	Text string
}

// BarChartProps describes a chart of a few values.
type BarChartProps struct {
	Title string
	// LabelHead and ValueHead are the headings of its table.
	LabelHead, ValueHead string
	Bars                 []Bar
	// TableLabel opens the table under the chart ("Show as a table").
	TableLabel string
}

const (
	chartWidth, chartHeight = 600.0, 180.0
	chartTop, chartBottom   = 28.0, 28.0
)

// A drawnBar is a bar with its place in the drawing.
type drawnBar struct {
	Bar
	x, y, width, height, middle float64
}

func (p BarChartProps) drawn() []drawnBar {
	top := 0.0
	for _, b := range p.Bars {
		top = max(top, b.Value)
	}
	if top <= 0 {
		top = 1
	}
	step := chartWidth / float64(max(len(p.Bars), 1))
	width := min(step*0.64, 48)
	out := make([]drawnBar, len(p.Bars))
	for i, b := range p.Bars {
		height := max(b.Value, 0) / top * (chartHeight - chartTop - chartBottom)
		middle := step * (float64(i) + 0.5)
		out[i] = drawnBar{Bar: b, x: middle - width/2, y: chartHeight - chartBottom - height,
			width: width, height: height, middle: middle}
	}
	return out
}

func num(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") }

// sparkPoints places values in a box of 96 by 24.
func sparkPoints(values []float64) string {
	if len(values) == 0 {
		return ""
	}
	low, high := values[0], values[0]
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	if high == low {
		high = low + 1
	}
	var b strings.Builder
	for i, v := range values {
		x := 2.0
		if len(values) > 1 {
			x += 92 * float64(i) / float64(len(values)-1)
		}
		fmt.Fprintf(&b, "%s,%s ", num(x), num(22-20*(v-low)/(high-low)))
	}
	return strings.TrimSpace(b.String())
}
