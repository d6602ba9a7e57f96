"""The answers of Moldova's diaspora form in the three languages it can be filled in."""

# ruff: noqa: RUF001 - a third of the answers are in Russian

LANGUAGES = ("ro", "ru", "en")
Answer = tuple[str, str, str]

YES: Answer = ("Da", "Да", "Yes")
NO: Answer = ("Nu", "Нет", "No")
REFUSED: Answer = ("Prefer să nu răspund", "Предпочитаю не отвечать", "Prefer not to say")
SEX: dict[str, Answer] = {
    "F": ("Feminin", "Женский", "Female"),
    "M": ("Masculin", "Мужской", "Male"),
    "": REFUSED,
}
COUNTRIES: dict[str, Answer] = {
    "MDA": ("Republica Moldova", "Республика Молдова", "Republic of Moldova"),
    "UKR": ("Ucraina", "Украина", "Ukraine"),
    "ITA": ("Italia", "Италия", "Italy"),
    "DEU": ("Germania", "Германия", "Germany"),
    "GBR": ("Regatul Unit", "Великобритания", "United Kingdom"),
    "FRA": ("Franța", "Франция", "France"),
    "ROU": ("România", "Румыния", "Romania"),
    "RUS": ("Federația Rusă", "Российская Федерация", "Russian Federation"),
    "PRT": ("Portugalia", "Португалия", "Portugal"),
    "ISR": ("Israel", "Израиль", "Israel"),
    "CAN": ("Canada", "Канада", "Canada"),
    "USA": ("Statele Unite", "США", "United States"),
    "IRL": ("Irlanda", "Ирландия", "Ireland"),
    "XXF": ("Altă țară", "Другая страна", "Another country"),
}
REASONS: dict[str, Answer] = {
    "WORK": ("Muncă", "Работа", "Work"),
    "FAM": ("Familie", "Семья", "Family"),
    "STU": ("Studii", "Учёба", "Study"),
    "OTH": ("Alt motiv", "Другая причина", "Other reason"),
}
EDUCATION: dict[str, Answer] = {
    "PRIMARY": ("Primar", "Начальное", "Primary"),
    "SECONDARY": ("Gimnazial sau liceal", "Среднее", "Secondary"),
    "VOCATIONAL": ("Profesional", "Профессиональное", "Vocational"),
    "TERTIARY": ("Superior", "Высшее", "Tertiary"),
}
ACTIVITY: dict[str, Answer] = {
    "EMP": ("Lucrez", "Работаю", "Working"),
    "UNE": ("Caut de lucru", "Ищу работу", "Looking for work"),
    "STUDENT": ("Studiez", "Учусь", "Studying"),
    "OTH": ("Altceva", "Другое", "Something else"),
}
INTEREST: dict[str, Answer] = {
    "VERY": ("Foarte interesat(ă)", "Очень интересно", "Very interested"),
    "YES": ("Interesat(ă)", "Интересно", "Interested"),
    "LITTLE": ("Puțin interesat(ă)", "Мало интересно", "Slightly interested"),
    "NOT": ("Deloc interesat(ă)", "Не интересно", "Not interested"),
}
INCOME: dict[str, Answer] = {
    "MUCH_LOWER": ("Mult mai mic", "Намного ниже", "Much lower"),
    "LOWER": ("Mai mic", "Ниже", "Lower"),
    "SAME": ("La fel", "Такой же", "The same"),
    "HIGHER": ("Mai mare", "Выше", "Higher"),
}
