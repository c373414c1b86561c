"""Chemicals on the demo's shelves: names and CAS numbers only.

Controlled ones: the control table of the coded-language reference (UN 1988 Tables I and II, US lists), names for identification.
Ordinary ones: common laboratory goods with their public CAS numbers, for the honest shops.
"""

from churnwatch.demo.model import Substance


def _table(rows: str, *, controlled: bool) -> dict[str, Substance]:
    table = {}
    for row in rows.strip().splitlines():
        key, name, short, cas, chinese = (cell.strip() for cell in row.split("|"))
        table[key] = Substance(name, short, cas, chinese, controlled)
    return table


CONTROLLED = _table(
    """
    4ap     | 4-anilinopiperidine                            | 4-AP                | 23056-29-3  | 4-苯胺基哌啶
    boc4ap  | tert-butyl 4-anilinopiperidine-1-carboxylate   | 1-boc-4-AP          | 125541-22-2 | 1-boc-4-苯胺基哌啶
    norf    | norfentanyl                                    | norfentanyl         | 1609-66-1   | 去苯乙基芬太尼
    pip4    | 4-piperidone                                   | 4-piperidone        | 41661-47-6  | 4-哌啶酮
    bocpip4 | tert-butyl 4-oxopiperidine-1-carboxylate       | 1-boc-4-piperidone  | 79099-07-3  | 1-boc-4-哌啶酮
    npp     | N-phenethyl-4-piperidone                       | NPP                 | 39742-60-4  | N-苯乙基-4-哌啶酮
    anpp    | 4-anilino-N-phenethylpiperidine                | 4-ANPP              | 21409-26-7  | 4-苯胺基-N-苯乙基哌啶
    propan  | propionic anhydride                            | propionic anhydride | 123-62-6    | 丙酸酐
    piper   | piperidine                                     | piperidine          | 110-89-4    | 哌啶
    """,
    controlled=True,
)
ORDINARY = _table(
    """
    acetone | acetone            | acetone            | 67-64-1   | 丙酮
    salt    | sodium chloride    | sodium chloride    | 7647-14-5 | 氯化钠
    citric  | citric acid        | citric acid        | 77-92-9   | 柠檬酸
    ethanol | ethanol            | ethanol            | 64-17-5   | 乙醇
    glycer  | glycerol           | glycerol           | 56-81-5   | 甘油
    soda    | sodium bicarbonate | sodium bicarbonate | 144-55-8  | 碳酸氢钠
    isoprop | isopropanol        | isopropanol        | 67-63-0   | 异丙醇
    urea    | urea               | urea               | 57-13-6   | 尿素
    epsom   | magnesium sulfate  | magnesium sulfate  | 7487-88-9 | 硫酸镁
    chalk   | calcium carbonate  | calcium carbonate  | 471-34-1  | 碳酸钙
    """,
    controlled=False,
)
SUBSTANCES = CONTROLLED | ORDINARY
# Goods without a number, by key.
GOODS = {
    "beaker": "Borosilicate beaker 250 ml",
    "gloves": "Nitrile gloves, box of 100",
    "paper": "Filter paper 110 mm, pack of 50",
    "notebook": "Laboratory notebook, ruled, 96 pages",
    "goggles": "Safety goggles, anti-fog",
    "rack": "Test tube rack, 24 places",
    "scale": "Pocket scale 200 g",
    "labels": "Sample labels, roll of 500",
}
