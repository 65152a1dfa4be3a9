package holiday

import "time"

// The rules follow, for England, Wales and Scotland, the Banking and Financial
// Dealings Act 1971 with its yearly proclamations; for Ireland, the second
// schedule of the Organisation of Working Time Act 1997; for France, article
// L3133-1 of the Code du travail; for Germany, the holidays that all states have;
// for Canada, part III of the Canada Labour Code; for the United States,
// 5 U.S.C. 6103.

func englandAndWales(year int) []Day {
	return later([]Day{
		fixed("new_year", year, time.January, 1),
		feast("good_friday", year, -2),
		feast("easter_monday", year, 1),
		nth("early_may", 1, time.Monday, year, time.May),
		nth("spring", -1, time.Monday, year, time.May),
		nth("summer", -1, time.Monday, year, time.August),
		fixed("christmas", year, time.December, 25),
		fixed("boxing", year, time.December, 26),
	})
}

func scotland(year int) []Day {
	return later([]Day{
		fixed("new_year", year, time.January, 1),
		fixed("second_january", year, time.January, 2),
		feast("good_friday", year, -2),
		nth("early_may", 1, time.Monday, year, time.May),
		nth("spring", -1, time.Monday, year, time.May),
		nth("summer", 1, time.Monday, year, time.August),
		fixed("st_andrew", year, time.November, 30),
		fixed("christmas", year, time.December, 25),
		fixed("boxing", year, time.December, 26),
	})
}

func ireland(year int) []Day {
	brigid := nth("st_brigid", 1, time.Monday, year, time.February)
	if first := on(year, time.February, 1); first.Weekday() == time.Friday {
		brigid.Date = first
	}
	return []Day{
		fixed("new_year", year, time.January, 1),
		brigid,
		fixed("st_patrick", year, time.March, 17),
		feast("easter_monday", year, 1),
		nth("may", 1, time.Monday, year, time.May),
		nth("june", 1, time.Monday, year, time.June),
		nth("august", 1, time.Monday, year, time.August),
		nth("october", -1, time.Monday, year, time.October),
		fixed("christmas", year, time.December, 25),
		fixed("st_stephen", year, time.December, 26),
	}
}

func france(year int) []Day {
	return []Day{
		fixed("new_year", year, time.January, 1),
		feast("easter_monday", year, 1),
		fixed("labour_may", year, time.May, 1),
		fixed("victory_1945", year, time.May, 8),
		feast("ascension", year, 39),
		feast("whit_monday", year, 50),
		fixed("bastille", year, time.July, 14),
		fixed("assumption", year, time.August, 15),
		fixed("all_saints", year, time.November, 1),
		fixed("armistice", year, time.November, 11),
		fixed("christmas", year, time.December, 25),
	}
}

func germany(year int) []Day {
	return []Day{
		fixed("new_year", year, time.January, 1),
		feast("good_friday", year, -2),
		feast("easter_monday", year, 1),
		fixed("labour_may", year, time.May, 1),
		feast("ascension", year, 39),
		feast("whit_monday", year, 50),
		fixed("german_unity", year, time.October, 3),
		fixed("christmas", year, time.December, 25),
		fixed("boxing", year, time.December, 26),
	}
}

func canada(year int) []Day {
	victoria := on(year, time.May, 24)
	for victoria.Weekday() != time.Monday {
		victoria = victoria.AddDate(0, 0, -1)
	}
	return later([]Day{
		fixed("new_year", year, time.January, 1),
		feast("good_friday", year, -2),
		{Date: victoria, Name: "holiday.victoria"},
		fixed("canada", year, time.July, 1),
		nth("labour", 1, time.Monday, year, time.September),
		fixed("reconciliation", year, time.September, 30),
		nth("thanksgiving", 2, time.Monday, year, time.October),
		fixed("remembrance", year, time.November, 11),
		fixed("christmas", year, time.December, 25),
		fixed("boxing", year, time.December, 26),
	})
}

func unitedStates(year int) []Day {
	return nearest([]Day{
		fixed("new_year", year, time.January, 1),
		nth("king", 3, time.Monday, year, time.January),
		nth("washington", 3, time.Monday, year, time.February),
		nth("memorial", -1, time.Monday, year, time.May),
		fixed("juneteenth", year, time.June, 19),
		fixed("independence", year, time.July, 4),
		nth("labour", 1, time.Monday, year, time.September),
		nth("columbus", 2, time.Monday, year, time.October),
		fixed("veterans", year, time.November, 11),
		nth("thanksgiving", 4, time.Thursday, year, time.November),
		fixed("christmas", year, time.December, 25),
	})
}
