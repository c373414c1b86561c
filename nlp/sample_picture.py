"""One small picture (64 x 64 points, four greys) with its hashes, for the examples of the extractors that read pictures."""

import base64

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAgMAAADXB5lNAAAACVBMVEX///9aWloUFBQqDLLkAAAB2klEQVR42l2TsYsTQRyFv33JhrsTIcIFwSrlIfcXiMiU"
    "os3iJRCsUsgh2PgHWEwlFpYS5LBIKXLgFmLrdhYqKF4RCyHCgScXRI4zBvaYtchuZm63m+HbefOb917Up2Mo9ulDnkY9RGRgRgykbILYhCIjgZzIgGpAoRow"
    "Uw3IVANQDUA1IFYNSFRkJG64AtCM2A3mw9X9lJFMIF/dT8RY4KCSF4kDmFbyilkALCp5JUwBXCXf6PMAgIM5O5BPRPlV9xNuufGnHECclUg5gEjLjXJC5ecB"
    "lJa/LMonWKl4G9rVurLh5nK5FtgQAjOZcycUmWoAqnTa3oYS8TYsTzHehjZAFNiwBtAMbLgDcKluQ6+yoUnCFrQM/MxPJk+cYlAvvgdFdmrG7lH0qowjx/tf"
    "5nbvt4IoLBg7Iz9FNNLgb9r0wI0hFuTD1N2wHe7Lh4lRtN0ay4eJo+yzbKNBp0vxlh2+v/h67exD2IZDDp0N2lDc1mBj2PTAuwwLQRvaLXuVZ2Eb7mqw/jBo"
    "A1uMcxO04WTv8e7Fj2EbjnhamLANo2g7TuUBN/yXHSMPdNdNh5eNC8u8RrfIr3+7/Ou1fJ94w9RZ+cL9+PR+98pzBYU7ZeysgkYup/VAkWLhP+iH994tGqGN"
    "AAAAAElFTkSuQmCC"
)
# PDQ agrees with the reference implementation (pdqhash 0.2.8) to the bit, 2026-11-24.
PICTURE_PDQ = "3b8e178db80cfc7e144a401fe2f65f9c333103f1ec9edc0db679027e207e1649"
PICTURE_DHASH = "4dc6c3c1c69fcd6d"
