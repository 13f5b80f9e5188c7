"""Languages written so alike that single words tell them apart better than letters do."""

from __future__ import annotations

import re
from typing import Final

# Beginnings of words that one of a group uses and the others do not; written for this project.
_TELLING: Final = {
    "hr": """
        tisuć povijes tjed uvjet utjecaj europ znanstven znanost sveučiliš suradnj glazb sustav siječnj veljač ožuj
        travnj svibnj lipnj srpnj kolovoz rujn listopad studenog studeni prosinc prosinac zrakoplov razin
        tvornic kemij naraštaj točk točn obitelj financij kirur organizira kontrolira definira kruh vlak
        nogomet tko redatelj nazoč tijekom izvješć priopć gospodar promjen zemljopis računal tvrtk zaposlenik
        proračun časnik putovnic dužnosni skladatelj osobito promatra promet identificira koristi opć uopće
        sudionik tjelesn liječni ravnatelj veleposlan izbornik vjerojatno prigod tajni klim milijun milijar""",
    "bs": """
        hiljad histori sedmic uslov uticaj evrop naučn naučnic nauk univerzitet saradnj ostrv muzik sistem januar
        februar april juni juli august septemb oktob novemb decemb opšt nivo fabrik hemij spoljn tačk tačn
        porodic finansij hirur organizova kontrolisa definisa identifikova hljeb fudbal ko šta lahk mehk kahv
        općin kompjut budžet pasoš učestvov uprkos upotreb milion milijard augusta saobraćaj ljekar direktor
        ambasad vjerovatno takmič reditelj opasn komunika koriste prečnik hilj tokom nogomet period centar
        okol""",
    "ms": """
        kerana ialah wang berbeza ahad syarikat telefon manakala beliau pelbagai sekiranya perniagaan peratus
        mesyuarat percuma kereta tandas pejabat universiti kualiti bandar pelancong ubat doktor kajian
        dikenali berkenaan hadapan berlaku mahu selepas tahap agensi komuniti aktiviti identiti sains saintis
        faedah cuba kesan kepelbagaian pengarah minit semasa hendaklah hujung bilik wujud sepanyol perancis
        jerman sejuk kanak lelaki permainan dijumpai memandangkan iaitu daripada rasmi adakah kawasan
        penyelidik perkhidmatan akhbar tentera jualan jurutera dihasilkan diberikan maklumat antarabangsa
        tambang""",
    "id": """
        karena uang pemerintah berbeda minggu perusahaan polisi telepon berbagai persen rapat gratis mobil kantor
        universitas kualitas wisatawan obat dokter terjadi setelah tingkat provinsi komunitas aktivitas
        identitas ilmuwan manfaat coba dampak keragaman direktur menit inggris spanyol prancis jerman serikat
        sedangkan resmi saat butuh meskipun bisa yaitu pria anak laki daerah peneliti layanan surat kabar
        tentara insinyur diberi informasi internasional listrik bahwa maupun kota pantai""",
}  # fmt: skip
WHOLE_BELOW: Final = 5  # letters: a shorter entry is a whole word, else "ko" would be "koji"


def _words_of(words: str) -> str:
    return "|".join(rf"\b{word}" + (r"\b" if len(word) < WHOLE_BELOW else "") for word in words.split())


_GROUPS: Final = tuple(
    {code: re.compile(_words_of(_TELLING[code]), re.IGNORECASE) for code in group}
    for group in (("hr", "bs"), ("ms", "id"))
)


def told_apart(heard: str, sample: str) -> str:
    """The language whose marks the sample has more of than those of the one heard, among the ones written alike."""
    for group in _GROUPS:
        if heard in group:
            counts = {code: len(pattern.findall(sample)) for code, pattern in group.items()}
            best = max(group, key=lambda code: (counts[code], code == heard, code))
            if counts[best] > counts[heard]:
                return best
    return heard
