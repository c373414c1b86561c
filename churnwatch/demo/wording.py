"""Sentences of the invented shops by language and name. Promises first; the honest ones use the same nouns and promise nothing."""

PROMISES = ("customs", "reship", "refund", "stealth", "no_questions", "guarantee")

SENTENCES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "customs": (
            "We guarantee that your parcel will pass customs.",
            "Our special line clears customs every time, guaranteed.",
            "Safe customs clearance is guaranteed on every order.",
        ),
        "reship": (
            "If your parcel is seized by customs, we reship it free of charge.",
            "Free reship if customs stops your package.",
            "Seized parcels are sent again at no cost.",
        ),
        "refund": (
            "You get a full refund if the package is seized.",
            "100% refund if your order is confiscated by customs.",
            "Money back if the parcel is seized.",
        ),
        "stealth": (
            "Stealth packaging: every order is relabelled as an everyday product.",
            "Discreet shipping in disguised packaging with a different label.",
            "We ship in stealth packs under a neutral product name.",
        ),
        "no_questions": (
            "No questions asked, no documents needed.",
            "No licence needed and no questions asked.",
        ),
        "research": ("Research chemical, not for human consumption.", "Sold as a research chemical only."),
        "guarantee": ("Guaranteed delivery to your door.", "Shipping is guaranteed to every country.", "100% delivery guarantee."),
        "bulk": ("Bulk prices on request.", "Larger packs are made up within three days.", "Samples are available for new buyers."),
        "batch": ("Each batch is tested before it leaves the warehouse.", "A batch report is sent with the goods."),
        "duty": (
            "Import duties and customs fees are paid by the buyer.",
            "Customs may open any parcel. Please ask your customs office which permits apply.",
        ),
        "declaration": (
            "Sold only to registered companies against a signed end-user declaration.",
            "This chemical is regulated. We need your licence number before we accept the order.",
        ),
        "broken": ("Goods broken in transit are replaced once we have a photo.", "Glass that arrives broken is replaced within 30 days."),
        "returns": (
            "Refunds are made within 14 days of receiving the returned goods.",
            "You may return unopened packs within 30 days for a refund.",
        ),
        "sheet": (
            "A safety data sheet and a certificate of analysis come with every order.",
            "The safety data sheet can be read before you order.",
        ),
        "private": ("We do not ship regulated chemicals to private addresses.", "Regulated chemicals are never sold to private persons."),
        "sorted": ("Orders leave our warehouse on the next working day.", "We ship twice a week by parcel post."),
    },
    "zh": {
        "customs": ("我们保证包裹安全通关。", "双清包税到门，保证过关。", "专线发货，包过海关。"),
        "reship": ("如被海关扣押，免费补发。", "包裹被扣，免费重发。"),
        "refund": ("如被查扣，全额退款。", "货物被海关没收，全额退款。"),
        "stealth": ("隐蔽包装，更换品名标签发货。", "伪装包装，标签改为日用品。"),
        "no_questions": ("无需任何资质，不问用途。",),
        "research": ("仅供科研使用的化学品。",),
        "guarantee": ("保证送达。", "保证送货到门。"),
        "bulk": ("大量采购价格优惠，欢迎咨询。", "可提供样品。"),
        "batch": ("每批产品均经过检测。", "随货附检测报告。"),
        "duty": ("进口关税由买方承担。",),
        "broken": ("运输途中破损的货物，凭照片更换。",),
        "returns": ("未开封商品七天内可以退货。",),
        "sorted": ("下单后次日发货。", "工作日每天发货。"),
    },
}  # fmt: skip
