"""Departments, series, venues, topics and audiences, invented except for Mudd Hall."""

import datetime
from decimal import Decimal
from typing import Any

DEPARTMENTS: list[dict[str, Any]] = [
    {
        "slug": "computer-science",
        "name": "Computer Science",
        "homepage": "https://cs.example.org/",
    },
    {"slug": "mathematics", "name": "Mathematics", "homepage": "https://maths.example.org/"},
    {
        "slug": "physics-and-astronomy",
        "name": "Physics and Astronomy",
        "homepage": "https://physics.example.org/",
    },
]

AUDIENCES = (
    "Faculty/Staff",
    "Student",
    "Post Docs/Docs",
    "Graduate Students",
    "Alumni",
    "Public",
)
_DEPARTMENT = ["Faculty/Staff", "Student", "Post Docs/Docs", "Graduate Students"]
_RESEARCH = ["Faculty/Staff", "Post Docs/Docs", "Graduate Students"]
_EVERYBODY = ["Student", "Alumni", "Public"]

_EVANSTON: dict[str, Any] = {
    "campus": "Evanston",
    "city": "Evanston",
    "region": "IL",
    "postcode": "60208",
    "country": "US",
    "timezone": "America/Chicago",
}
VENUES: list[dict[str, Any]] = [
    _EVANSTON
    | {
        "slug": "mudd-hall-3514",
        "building": "Mudd Hall",
        "former_name": "Seeley G. Mudd Library",
        "short_name": "Mudd",
        "room": "3514",
        "street": "2233 Tech Drive",
        "latitude": Decimal("42.058300"),
        "longitude": Decimal("-87.674600"),
        "capacity": 80,
        "access": "Take the lift or the main stairs to the third floor; 3514 is at the north end.",
        "step_free": "Level entrance on Tech Drive, then the lift to the third floor.",
    },
    _EVANSTON
    | {
        "slug": "hollis-hall-auditorium",
        "building": "Hollis Hall",
        "short_name": "Hollis",
        "room": "Auditorium",
        "street": "2140 Campus Drive",
        "latitude": Decimal("42.056900"),
        "longitude": Decimal("-87.675800"),
        "capacity": 320,
        "access": "The doors on Campus Drive are open from an hour before an evening lecture.",
        "step_free": "Ramp at the west door. Six places for wheelchairs in the front row, and a"
        " lift to the stage.",
        "hearing_loop": True,
    },
    _EVANSTON
    | {
        "slug": "noyes-building",
        "building": "Noyes Building",
        "short_name": "Noyes",
        "street": "2033 Sheridan Road",
        "latitude": Decimal("42.057600"),
        "longitude": Decimal("-87.676300"),
        "access": "Ring the bell marked “Mathematics” after 17:00.",
        "step_free": "Step-free to the ground and first floors only; tell the organisers if a"
        " seminar upstairs should move down.",
    },
    _EVANSTON
    | {
        "slug": "garrett-physics-lecture-room",
        "building": "Garrett Physics Laboratory",
        "former_name": "East Laboratory",
        "short_name": "Garrett",
        "room": "Lecture room",
        "street": "2131 Tech Drive",
        "latitude": Decimal("42.057800"),
        "longitude": Decimal("-87.675200"),
        "capacity": 150,
        "step_free": "Level throughout.",
        "hearing_loop": True,
    },
    _EVANSTON
    | {
        "slug": "lakeside-observatory",
        "building": "Lakeside Observatory",
        "short_name": "Observatory",
        "room": "Dome",
        "street": "2353 Sheridan Road",
        "capacity": 24,
        "access": "Walk round the north side of the building and knock. Bring a coat: the dome is"
        " as cold as the night.",
        "step_free": "None to the dome, which is up 41 spiral stairs. The image is shown live in"
        " the ground-floor library, which is step-free.",
    },
    {
        "slug": "superior-street-centre",
        "building": "Superior Street Centre",
        "short_name": "Superior St",
        "room": "Baldwin room",
        "campus": "Chicago",
        "street": "311 East Superior Street",
        "city": "Chicago",
        "region": "IL",
        "postcode": "60611",
        "country": "US",
        "timezone": "America/Chicago",
        "capacity": 60,
        "access": "Show a university card or an identity card at the desk.",
    },
    {
        "slug": "bedford-house-london",
        "building": "Bedford House",
        "short_name": "Bedford House",
        "room": "Library",
        "campus": "London",
        "street": "14 Torrington Walk",
        "city": "London",
        "postcode": "WC1E 7HX",
        "country": "GB",
        "timezone": "Europe/London",
        "capacity": 45,
        "hearing_loop": True,
        "access": "The street door is locked at 18:00; late-comers telephone the porter.",
    },
    {
        "slug": "bose-hall-kolkata",
        "building": "Bose Hall",
        "short_name": "Bose Hall",
        "room": "2",
        "campus": "Kolkata",
        "street": "8 Lake Terrace",
        "city": "Kolkata",
        "postcode": "700029",
        "country": "IN",
        "timezone": "Asia/Kolkata",
        "capacity": 120,
    },
]

_AREA, _COMMUNITY, _CATEGORY = "research-area", "community", "category"
#: Name, kind and parent of each topic; parents come before their subtopics.
TOPICS: list[tuple[str, str, str]] = [
    ("machine learning", _AREA, ""),
    ("theoretical machine learning", _AREA, "machine learning"),
    ("natural language processing", _AREA, "machine learning"),
    ("optimization", _AREA, ""),
    ("theory of computing", _AREA, ""),
    ("algorithms", _AREA, "theory of computing"),
    ("computational complexity", _AREA, "theory of computing"),
    ("cryptography", _AREA, "theory of computing"),
    ("programming languages", _AREA, ""),
    ("distributed systems", _AREA, ""),
    ("human–computer interaction", _AREA, ""),
    ("statistics", _AREA, ""),
    ("computational biology", _AREA, ""),
    ("climate science", _AREA, ""),
    ("digital humanities", _AREA, ""),
    ("number theory", _AREA, ""),
    ("combinatorics", _AREA, ""),
    ("geometry and topology", _AREA, ""),
    ("knot theory", _AREA, "geometry and topology"),
    ("analysis", _AREA, ""),
    ("partial differential equations", _AREA, "analysis"),
    ("probability", _AREA, ""),
    ("astrophysics", _AREA, ""),
    ("cosmology", _AREA, "astrophysics"),
    ("exoplanets", _AREA, "astrophysics"),
    ("condensed matter", _AREA, ""),
    ("quantum information", _AREA, ""),
    ("history of science", _AREA, ""),
    ("Implicit Bias in Technology", _COMMUNITY, ""),
    ("Research Careers", _COMMUNITY, ""),
    ("Accessible Teaching", _COMMUNITY, ""),
    ("Academic (general)", _CATEGORY, ""),
    ("Public event", _CATEGORY, ""),
    ("Thesis defence", _CATEGORY, ""),
]


def _contact(name: str, phone: str, mailbox: str, cost: str = "free") -> dict[str, str]:
    return {
        "contact_name": name,
        "contact_phone": phone,
        "contact_email": f"{mailbox}@example.org",
        "cost": cost,
    }


SERIES: list[dict[str, Any]] = [
    {
        "slug": "cs-seminar",
        "name": "CS Seminar",
        "short_code": "CS",
        "department": "computer-science",
        "description": "The department’s main seminar: one visitor a week, for everybody in"
        " computer science. Speakers are asked to spend the first twenty minutes on why anybody"
        " outside their field should care.",
        "colour": "#1f6f8b",
        "mailing_list": "cs-seminar-list@example.org",
        "weekday": 4,
        "start_time": datetime.time(12),
        "timezone": "America/Chicago",
        "venue": "mudd-hall-3514",
        "audiences": _DEPARTMENT,
    }
    | _contact("Winona R Charleston", "(847) 555-0174", "cs-events"),
    {
        "slug": "theory-lunch",
        "name": "Theory Lunch",
        "short_code": "TCS",
        "department": "computer-science",
        "description": "Algorithms, complexity and cryptography at the blackboard, over lunch."
        " Unfinished work is welcome; slides are not.",
        "colour": "#7a3e9d",
        "mailing_list": "theory-lunch-list@example.org",
        "weekday": 2,
        "start_time": datetime.time(12, 15),
        "length": 50,
        "timezone": "America/Chicago",
        "venue": "mudd-hall-3514",
        "audiences": _RESEARCH,
    }
    | _contact("Bilal Haddad", "(847) 555-0129", "theory"),
    {
        "slug": "data-across-disciplines",
        "name": "Data Across Disciplines",
        "short_code": "DAD",
        "department": "computer-science",
        "description": "People with data meet people with methods. Each talk begins with the"
        " question that the data were collected to answer.",
        "colour": "#8a5a00",
        "needs_approval": True,
        "weekday": 2,
        "start_time": datetime.time(15),
        "timezone": "America/Chicago",
        "venue": "superior-street-centre",
        "audiences": [*_DEPARTMENT, "Alumni"],
    }
    | _contact("Grace Oyelaran", "(312) 555-0146", "data"),
    {
        "slug": "mathematics-colloquium",
        "name": "Mathematics Colloquium",
        "short_code": "Maths",
        "department": "mathematics",
        "description": "An hour for all mathematicians, whatever their field. Tea is at half past"
        " three in the common room.",
        "colour": "#9c3d1f",
        "mailing_list": "maths-colloquium-list@example.org",
        "weekday": 3,
        "start_time": datetime.time(16),
        "timezone": "America/Chicago",
        "venue": "noyes-building",
        "audiences": _DEPARTMENT,
    }
    | _contact("Henrik Aalto", "(847) 555-0162", "maths-events"),
    {
        "slug": "london-evanston-number-theory",
        "name": "London–Evanston Number Theory",
        "short_code": "LENT",
        "department": "mathematics",
        "description": "One seminar in two cities: the speaker stands in London, the screen and"
        " the coffee are in Evanston. Times are London’s.",
        "colour": "#2f6b3a",
        "weekday": 1,
        "start_time": datetime.time(16),
        "timezone": "Europe/London",
        "venue": "bedford-house-london",
        "audiences": _RESEARCH,
    }
    | _contact("Imogen Fairley", "+44 20 7946 0182", "lent"),
    {
        "slug": "physics-and-astronomy-colloquium",
        "name": "Physics and Astronomy Colloquium",
        "short_code": "P&A",
        "department": "physics-and-astronomy",
        "description": "From the very small to the very large, for anybody who has taken a first"
        " course in physics.",
        "colour": "#274690",
        "mailing_list": "physics-colloquium-list@example.org",
        "weekday": 0,
        "start_time": datetime.time(15, 30),
        "length": 75,
        "timezone": "America/Chicago",
        "venue": "garrett-physics-lecture-room",
        "audiences": _DEPARTMENT,
    }
    | _contact("Dolores Quintana", "(847) 555-0118", "physics-events"),
    {
        "slug": "around-the-clock",
        "name": "Around the Clock",
        "short_code": "ATC",
        "department": "mathematics",
        "description": "Open problem sessions, online, held wherever it is daytime: Evanston,"
        " London, Kolkata and Sydney take turns.",
        "colour": "#00695c",
        "length": 120,
        "timezone": "America/Chicago",
        "venue": "",
        "audiences": _RESEARCH,
    }
    | _contact("Anjali Sen", "", "around-the-clock"),
    {
        "slug": "public-lectures",
        "name": "Public Lectures",
        "short_code": "Public",
        "department": "physics-and-astronomy",
        "description": "Evenings for the whole town. No mathematics beyond what fits on a"
        " postcard.",
        "colour": "#a02060",
        "needs_approval": True,
        "start_time": datetime.time(19),
        "length": 60,
        "weekday": 1,
        "timezone": "America/Chicago",
        "venue": "hollis-hall-auditorium",
        "audiences": _EVERYBODY,
    }
    | _contact("Patrick Mbeki", "(847) 555-0155", "public", "free, but please book"),
    {
        "slug": "landmark-lectures",
        "name": "Landmark Lectures",
        "short_code": "Landmark",
        "department": "mathematics",
        "description": "Lectures that changed a subject, at the dates on which they were given."
        " Dates, titles and speakers are history’s; the summaries are ours.",
        "colour": "#5a5a66",
        "timezone": "America/Chicago",
        "venue": "",
        "audiences": [*_DEPARTMENT, "Public"],
    }
    | _contact("Henrik Aalto", "(847) 555-0162", "maths-events", ""),
]
