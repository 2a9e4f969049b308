"""Speakers, invented except for those of the seed talk and the landmark lectures."""

from typing import Any


def _person(name: str, sort_name: str, affiliation: str, biography: str = "") -> dict[str, Any]:
    return {
        "name": name,
        "sort_name": sort_name,
        "affiliation": affiliation,
        "biography": biography,
    }


def _invented(
    mailbox: str, name: str, sort_name: str, affiliation: str, biography: str = ""
) -> tuple[str, dict[str, Any]]:
    """Return the key, which is the mailbox, and a speaker with an email address and homepage."""
    return mailbox, _person(name, sort_name, affiliation, biography) | {
        "email": f"{mailbox}@example.org",
        "homepage": f"https://people.example.org/{mailbox}",
    }


SPEAKERS: dict[str, dict[str, Any]] = {
    "malladi": _person(
        "Sadhika Malladi",
        "Malladi, Sadhika",
        "Princeton University",
        "Sadhika Malladi is completing a doctorate in computer science at Princeton University"
        " with Sanjeev Arora. She builds theory that fits deep learning as it is done today and"
        " turns it into better ways of training. She helped to organise the workshop on"
        " Mathematical and Empirical Understanding of Foundation Models at ICLR 2024 and the one"
        " on Mathematics for Modern Machine Learning at NeurIPS 2024, and is a Siebel Scholar of"
        " 2025.",
    ),
    **dict(
        [
            _invented(
                "lukasz.wrobel",
                "Łukasz Wróbel",
                "Wróbel, Łukasz",
                "Jagiellonian University",
                "Łukasz Wróbel works on distributed storage. Before his doctorate he ran the night"
                " shift of a data centre, which is where his interest in failures comes from.",
            ),
            _invented(
                "amara.okonkwo",
                "Amara Okonkwo",
                "Okonkwo, Amara",
                "University of Ibadan",
                "Amara Okonkwo studies how people read and mistrust machine-made text. She leads"
                " the Language and Trust group at Ibadan.",
            ),
            _invented(
                "mei-ling.tsai",
                "Mei-Ling Tsai",
                "Tsai, Mei-Ling",
                "National Taiwan University",
                "Mei-Ling Tsai designs compilers for hardware that does not exist yet.",
            ),
            _invented(
                "joao.figueiredo",
                "João Figueiredo",
                "Figueiredo, João",
                "University of Coimbra",
                "João Figueiredo proves lower bounds, mostly by failing to find algorithms.",
            ),
            _invented(
                "soledad.ibanez",
                "Soledad Ibáñez",
                "Ibáñez, Soledad",
                "Universidad de Chile",
                "Soledad Ibáñez measures the atmospheres of small planets with large telescopes."
                " She spends about forty nights a year in the Atacama.",
            ),
            _invented(
                "tobias.krahenbuhl",
                "Tobias Krähenbühl",
                "Krähenbühl, Tobias",
                "Universität Bern",
                "Tobias Krähenbühl arbeitet über nichtlineare Wellengleichungen und die Geschichte"
                " der Analysis im 19. Jahrhundert.",
            ),
            _invented(
                "lin.xiaoyu",
                "林晓雨",
                "Lin, Xiaoyu",
                "复旦大学 Fudan University",
                "林晓雨研究整体微分几何及其历史。Lin Xiaoyu studies global differential geometry"
                " and its history.",
            ),
            _invented(
                "nadezhda.orlova",
                "Надежда Орлова",
                "Orlova, Nadezhda",
                "Independent University of Riga",
                "Надежда Орлова (Nadezhda Orlova) works on the equations of viscous flow.",
            ),
            _invented(
                "yasmin.haddad",
                "ياسمين حدّاد",
                "Haddad, Yasmin",
                "American University of Beirut",
                "ياسمين حدّاد (Yasmin Haddad) writes on mathematics in Arabic from the ninth to the"
                " thirteenth century, and edits manuscripts.",
            ),
            _invented(
                "sean.oriordain",
                "Seán Ó Ríordáin",
                "Ó Ríordáin, Seán",
                "University of Galway",
                "Seán Ó Ríordáin is a statistician who works with hospitals and, lately, bees.",
            ),
            _invented(
                "ngozi.adeyemi",
                "Ngozi Adeyemi",
                "Adeyemi, Ngozi",
                "University of Cape Town",
                "Ngozi Adeyemi maps neutral hydrogen in nearby galaxies.",
            ),
            _invented(
                "hanna.virtanen",
                "Hanna Virtanen",
                "Virtanen, Hanna",
                "University of Helsinki",
                "Hanna Virtanen thinks about random surfaces.",
            ),
            _invented(
                "rahul.deshpande",
                "Rahul Deshpande",
                "Deshpande, Rahul",
                "Lakeshore Institute of Technology",
                "Rahul Deshpande works on cryptography that survives its users.",
            ),
            _invented(
                "eilidh.macrae",
                "Eilidh MacRae",
                "MacRae, Eilidh",
                "University of Glasgow",
                "Eilidh MacRae is an analytic number theorist and a hill runner.",
            ),
            _invented(
                "kenji.morimoto",
                "森本 健司",
                "Morimoto, Kenji",
                "Tohoku University",
                "森本 健司 (Kenji Morimoto) grows crystals that conduct only on their surface.",
            ),
            _invented(
                "fatou.diallo",
                "Fatou Diallo",
                "Diallo, Fatou",
                "Université Cheikh Anta Diop",
                "Fatou Diallo builds speech tools for languages with few recordings.",
            ),
            _invented(
                "ana.petrovic",
                "Ana Petrović",
                "Petrović, Ana",
                "University of Novi Sad",
                "Ana Petrović works on exact and approximate counting.",
            ),
            _invented(
                "marcus.bell",
                "Marcus T. Bell",
                "Bell, Marcus T.",
                "Department of Computer Science",
                "Marcus T. Bell is a doctoral candidate. He came to computing from cabinet making.",
            ),
            _invented(
                "ingrid.solberg",
                "Ingrid Solberg",
                "Solberg, Ingrid",
                "Norwegian Polar Institute",
                "Ingrid Solberg has wintered twice on drifting ice.",
            ),
            _invented(
                "priya.raman",
                "Priya Raman",
                "Raman, Priya",
                "Lakeshore Institute of Technology",
                "Priya Raman teaches introductory programming to eight hundred students a year.",
            ),
            _invented(
                "daniel.achterberg",
                "Daniël Achterberg",
                "Achterberg, Daniël",
                "Universiteit Utrecht",
                "Daniël Achterberg classifies knots, and unties them where he can.",
            ),
            _invented(
                "nguyen.thi.lan",
                "Nguyễn Thị Lan",
                "Nguyễn Thị Lan",
                "Vietnam National University, Hanoi",
                "Nguyễn Thị Lan studies quantum error correction.",
            ),
            _invented(
                "chloe.beaumont",
                "Chloé Beaumont-Lefèvre",
                "Beaumont-Lefèvre, Chloé",
                "Observatoire de Haute-Garonne",
                "Chloé Beaumont-Lefèvre listens for pulsars.",
            ),
            _invented(
                "samuel.kiplagat",
                "Samuel Kiplagat",
                "Kiplagat, Samuel",
                "University of Nairobi",
                "Samuel Kiplagat works on genomes of crops, with farmers in four counties.",
            ),
            _invented(
                "aroha.tamihana",
                "Aroha Tāmihana",
                "Tāmihana, Aroha",
                "Victoria University of Wellington",
                "Aroha Tāmihana asks who is missing from a data set, and why.",
            ),
            _invented(
                "leo.brandt", "Leo Brandt", "Brandt, Leo", "Department of Physics and Astronomy"
            ),
            _invented("ruth.castellanos", "Ruth Castellanos", "", "Department of Computer Science"),
        ]
    ),
    "hilbert": _person(
        "David Hilbert",
        "Hilbert, David",
        "Universität Göttingen",
        "David Hilbert (1862–1943) was professor at Göttingen from 1895. He had just put geometry"
        " on new axioms.",
    ),
    "curie": _person(
        "Marie Skłodowska-Curie",
        "Curie, Marie Skłodowska",
        "Université de Paris",
        "Marie Skłodowska-Curie (1867–1934) was the first person to receive two Nobel prizes:"
        " physics in 1903, chemistry in 1911.",
    ),
    "noether": _person(
        "Emmy Noether",
        "Noether, Emmy",
        "Universität Göttingen",
        "Emmy Noether (1882–1935) remade algebra by asking what structures have in common. In 1933"
        " she was driven from her post, and went to Bryn Mawr.",
    ),
    "turing": _person(
        "Alan Turing",
        "Turing, Alan",
        "National Physical Laboratory",
        "Alan Turing (1912–1954) described the universal machine in 1936 and was, in 1947, trying"
        " to get one built.",
    ),
    "shannon": _person(
        "Claude Shannon",
        "Shannon, Claude",
        "Bell Telephone Laboratories",
        "Claude Shannon (1916–2001) had published his mathematical theory of communication the"
        " year before.",
    ),
    "feynman": _person(
        "Richard Feynman",
        "Feynman, Richard",
        "California Institute of Technology",
        "Richard Feynman (1918–1988) shared the Nobel prize in physics of 1965 for quantum"
        " electrodynamics.",
    ),
    "engelbart": _person(
        "Douglas Engelbart",
        "Engelbart, Douglas",
        "Stanford Research Institute",
        "Douglas Engelbart (1925–2013) led the Augmentation Research Center in Menlo Park.",
    ),
    "dijkstra": _person(
        "Edsger W. Dijkstra",
        "Dijkstra, Edsger W.",
        "Technological University Eindhoven",
        "Edsger W. Dijkstra (1930–2002) received the Turing Award of 1972.",
    ),
    "hopper": _person(
        "Grace Hopper",
        "Hopper, Grace",
        "United States Navy",
        "Grace Hopper (1906–1992) wrote one of the first compilers, and served in the Navy until"
        " she was 79.",
    ),
    "hamming": _person(
        "Richard W. Hamming",
        "Hamming, Richard W.",
        "Naval Postgraduate School",
        "Richard W. Hamming (1915–1998) invented error-correcting codes at Bell Laboratories.",
    ),
}
