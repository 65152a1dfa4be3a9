package directory

var departments = []string{"Advice", "Branches", "Mortgages", "Wealth", "Business Banking", "Risk", "Compliance", "Finance", "People", "IT", "Marketing", "Operations"}

var titles = map[string]string{
	"Advice": "Financial Adviser", "Branches": "Branch Manager", "Mortgages": "Mortgage Specialist", "Wealth": "Wealth Manager",
	"Business Banking": "Relationship Manager", "Risk": "Risk Analyst", "Compliance": "Compliance Officer", "Finance": "Accountant",
	"People": "People Partner", "IT": "Engineer", "Marketing": "Marketing Manager", "Operations": "Operations Specialist",
}

var givenNames = []string{
	"Aaliyah", "Adaeze", "Aiko", "Alejandro", "Anders", "Anjali", "Astrid", "Beatriz", "Benedikt", "Bilal", "Camille", "Chidi",
	"Chloé", "Daria", "Diego", "Ebba", "Emeka", "Eva", "Farah", "Femi", "Finn", "Fátima", "Gabriel", "Giulia", "Hamza", "Hana",
	"Hiroshi", "Ines", "Ivan", "Jamal", "Jana", "João", "Kai", "Katarzyna", "Kwame", "Lars", "Layla", "Leila", "Li", "Magnus",
	"Malik", "Mei", "Mihai", "Miriam", "Nadia", "Nikolai", "Nora", "Oluwaseun", "Oscar", "Pablo", "Petra", "Rahul", "Renée",
	"Samir", "Sanna", "Siobhán", "Stefan", "Søren", "Tariq", "Thandiwe", "Tuan", "Ulla", "Valentina", "Wei", "Yara", "Yusuf", "Zofia", "Zoë",
}

var surnames = []string{
	"Abadi", "Adeyemi", "Almeida", "Andersson", "Banerjee", "Bauer", "Bergström", "Bianchi", "Brennan", "Castillo", "Chen", "Costa",
	"Dubois", "Dvořák", "Eriksen", "Fernández", "Fischer", "Fontaine", "García", "Gupta", "Haddad", "Hansen", "Hassan", "Horvat",
	"Ibrahim", "Ivanova", "Jansen", "Kaya", "Keller", "Khan", "Kowalski", "Kimura", "Lambert", "Larsen", "Lefèvre", "Mbeki", "Mensah",
	"Meyer", "Müller", "Murphy", "Nakamura", "Nguyen", "Nowak", "Núñez", "O'Brien", "Okonkwo", "Olsen", "Osei", "Papadopoulos", "Park",
	"Pereira", "Petrov", "Popescu", "Rahman", "Ramirez", "Rossi", "Sato", "Schneider", "Sharma", "Sørensen", "Szabó", "Takahashi",
	"Tanaka", "Tran", "Van Dijk", "Virtanen", "Wójcik", "Yılmaz", "Zhang", "Žukauskas",
}
