"""Set the papers of the conference of story B: ``python assets/samples/conference.py``.

As ``build.py``, from ``text/conference/*.md``; the year's report of 82 pages is composed here, one
page for each sector, commune and programme, from words that are written below and figures of a
fixed chance. All people, places and numbers are invented.
"""

# ruff: noqa: INP001 - a script beside its texts

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import build  # noqa: E402 - after the path to it

from server.record import pdf  # noqa: E402
from server.record.pages import Setter  # noqa: E402

TEXT, OUT = HERE / "text" / "conference", HERE / "conference"
REPORT, RESULTS, ALL = "bao-cao-nam-2025.pdf", 68, 82
SECTORS = {
    "Nông nghiệp và môi trường nông thôn": "lúa chất lượng cao, chăn nuôi an toàn sinh học, rừng",
    "Công nghiệp, tiểu thủ công nghiệp": "chế biến nông sản, cơ khí, may mặc, điện tử lắp ráp",
    "Thương mại, dịch vụ, du lịch": "chợ đầu mối, kho lạnh, du lịch cộng đồng, lễ hội",
    "Đầu tư công và công trình trọng điểm": "đường kết nối, hồ chứa, bệnh viện, trường học",
    "Tài chính, ngân sách, tín dụng": "thu nội địa, nợ đọng thuế, tín dụng chính sách",
    "Giao thông, xây dựng, đô thị": "đường xã, cầu dân sinh, quy hoạch phường, nhà ở xã hội",
    "Tài nguyên, đất đai, khoáng sản": "đo đạc, cấp giấy chứng nhận, thu hồi đất dự án treo",
    "Khoa học, công nghệ, đổi mới sáng tạo": "giống cây, truy xuất nguồn gốc, doanh nghiệp mới",
    "Chuyển đổi số và cải cách hành chính": "hồ sơ trực tuyến, dữ liệu dùng chung, họp không giấy",
    "Giáo dục và đào tạo": "sắp xếp trường lớp, nội trú, giáo viên ngoại ngữ và tin học",
    "Y tế, chăm sóc sức khỏe": "bác sĩ tuyến xã, tiêm chủng, khám sức khỏe định kỳ",
    "Lao động, việc làm, giảm nghèo": "đào tạo theo đơn đặt hàng, nhà tạm, sinh kế vùng cao",
    "Văn hóa, thể thao, thông tin": "nhà văn hóa, bảo tồn nghề, thể thao phong trào",
    "Dân tộc, tôn giáo": "nước sinh hoạt, đất ở, người có uy tín, sinh hoạt tôn giáo",
    "Quốc phòng, quân sự địa phương": "tuyển quân, diễn tập, dân quân, hậu phương quân đội",
    "An ninh, trật tự, an toàn giao thông": "lừa đảo trên mạng, ma túy, tai nạn, cháy nổ",
    "Tư pháp, thanh tra, tiếp công dân": "đơn tồn đọng, hòa giải, thi hành án, giám định",
    "Tổ chức, cán bộ, đảng viên": "sắp xếp đầu mối, đánh giá cán bộ, phát triển đảng",
    "Kiểm tra, giám sát, kỷ luật đảng": "đất đai, đầu tư công, tài chính, kê khai tài sản",
    "Tuyên giáo, dân vận, Mặt trận": "dư luận sau sắp xếp, đối thoại, đoàn viên, hội viên",
}
SPACING = (1.55, 9.0)
"""Leading, and points between paragraphs."""
PROGRAMMES = (
    "Giải phóng mặt bằng khu công nghiệp Đông Nam",
    "Đường kết nối cảng cạn và cao tốc",
    "Nhà máy xử lý chất thải rắn phía Nam",
    "12.000 ha lúa chất lượng cao",
    "Đào tạo 4.500 lao động theo đơn đặt hàng",
    "Đủ bác sĩ cho trạm y tế xã",
    "Sắp xếp trường lớp sau sáp nhập xã",
    "Xóa nhà tạm, nhà dột nát",
    "Họp không giấy ở cấp xã",
    "Hồ sơ đúng hạn ở 14 xã còn chậm",
    "Rừng phòng hộ và thủy điện nhỏ",
    "An toàn mạng và lừa đảo trực tuyến",
    "Kho dự trữ và cảnh báo thiên tai",
)
HEADS = "Tân Hòa Bình An Phú Thạnh Long Vĩnh Đông Sơn Hưng Lộc Thanh Xuân Minh Khánh".split()  # noqa: SIM905 - one line of names
TAILS = "Lâm Thủy Giang Hà Tiến Thịnh Mỹ Châu Ninh Phong Quang Yên Trung Đức".split()  # noqa: SIM905 - as above


def number(value: float, places: int = 1) -> str:
    """A figure with the decimal comma and dots between thousands."""
    text = f"{value:,.{places}f}"
    return text.translate(str.maketrans(",.", ".,"))


def sector(place: int, name: str, work: str, chance: random.Random) -> Iterator[str]:
    """One page: what was done, a table, what was not."""
    parts = [part.strip() for part in work.split(",")]
    yield f"# {place}. {name}"
    yield (
        f"Cấp ủy lãnh đạo tập trung vào {work}. Trong năm đã ban hành {chance.randint(2, 6)} văn "
        f"bản chỉ đạo, tổ chức {chance.randint(3, 9)} cuộc kiểm tra, làm việc trực tiếp với "
        f"{chance.randint(12, 44)} xã, phường; giải quyết {chance.randint(61, 96)}% kiến nghị của "
        "cơ sở ngay tại chỗ, số còn lại có người, có hạn trả lời."
    )
    yield "!table 7:45:16:16:16 clccc size=12.5"
    yield "TT | Nội dung | Năm 2024 | Kế hoạch 2025 | Thực hiện 2025"
    for row, part in enumerate(parts, 1):
        before = chance.uniform(40, 90)
        plan = before * chance.uniform(1.02, 1.08)
        done = plan * chance.uniform(0.96, 1.06)
        words = f"{part[:1].upper()}{part[1:]}: việc hoàn thành trên việc được giao (%)"
        figures = [number(min(one, 100)) for one in (before, plan, done)]
        yield f"{row} | {words} | {' | '.join(figures)}"
    yield ""
    late = chance.choice(parts)
    yield (
        f"Việc nổi bật nhất là {chance.choice(parts)}: kết quả vượt kế hoạch, cách làm được "
        f"{chance.randint(3, 11)} xã, phường học theo. Nguồn lực huy động ngoài ngân sách đạt "
        f"{number(chance.uniform(18, 240))} tỷ đồng, tăng {number(chance.uniform(3, 19))}% so với "
        "năm trước; không phát sinh nợ xây dựng cơ bản."
    )
    yield (
        f"Hạn chế: {late} chưa đều giữa các địa bàn; {chance.randint(4, 17)} xã đạt dưới 80% kế "
        "hoạch. Nguyên nhân chính là phân công chưa rõ đầu mối trong quý I sau khi sắp xếp, cán bộ "
        "kiêm nhiều việc, số liệu báo cáo giữa các ngành chưa khớp nhau. Trách nhiệm trước hết "
        "thuộc về người đứng đầu cấp ủy và cơ quan phụ trách."
    )
    yield (
        f"Hướng xử lý: giao cơ quan chủ trì lập danh mục việc chậm trước ngày 15 tháng 01 năm "
        f"2026; Ban Thường vụ nghe lại về {late} trong quý I; nơi hai quý liền không chuyển biến "
        "thì kiểm điểm người đứng đầu."
    )


COMMUNE_ROWS = (
    ("Thu ngân sách trên địa bàn (tỷ đồng)", 4, 60),
    ("Giải ngân vốn đầu tư công (%)", 70, 100),
    ("Hồ sơ giải quyết đúng hạn (%)", 88, 100),
    ("Hồ sơ nộp trực tuyến (%)", 55, 96),
    ("Tỷ lệ hộ nghèo (%)", 1, 9),
    ("Lao động có bằng, chứng chỉ (%)", 18, 38),
    ("Trẻ em tiêm chủng đầy đủ (%)", 90, 100),
    ("Chất thải rắn được thu gom (%)", 62, 99),
    ("Hội nghị cấp ủy không dùng giấy (%)", 20, 100),
)


def commune(place: int, name: str, chance: random.Random) -> Iterator[str]:
    """One page of the annex."""
    yield f"# Phụ lục {place}. {name}"
    yield (
        f"Đảng bộ {name} có {chance.randint(28, 64)} chi bộ, {number(chance.randint(510, 1900), 0)}"
        f" đảng viên; dân số {number(chance.randint(9_000, 41_000), 0)} người sau khi nhập từ "
        f"{chance.randint(2, 4)} xã cũ. Kết quả một số chỉ tiêu năm 2025:"
    )
    yield "!table 7:47:23:23 clcc size=12.5"
    yield "TT | Chỉ tiêu | Năm 2024 | Năm 2025"
    for row, (words, low, high) in enumerate(COMMUNE_ROWS, 1):
        before = chance.uniform(low, high)
        after = min(high, max(low, before * chance.uniform(0.97, 1.09)))
        yield f"{row} | {words} | {number(before)} | {number(after)}"
    yield ""
    yield (
        f"Việc làm tốt: {chance.choice(list(SECTORS.values()))}. Việc khó, kéo dài được chọn giải "
        f"quyết trong năm: {chance.choice(PROGRAMMES).lower()}; đến nay đạt "
        f"{chance.randint(35, 100)}% khối lượng."
    )
    yield (
        f"Kiến nghị: bố trí thêm {number(chance.uniform(2, 30))} tỷ đồng sửa trụ sở và đường truyền"
        f"; điều chỉnh ranh giới quy hoạch {chance.randint(2, 40)} ha; bổ sung "
        f"{chance.randint(1, 4)} biên chế y tế, giáo dục. Ban Thường vụ Tỉnh ủy đã giao cơ quan "
        "liên quan trả lời trước ngày 31 tháng 01 năm 2026."
    )
    yield (
        f"Xếp loại đề nghị: hoàn thành{chance.choice((' xuất sắc', ' tốt', ''))} nhiệm vụ; "
        "trách nhiệm của người đứng đầu được nêu rõ trong báo cáo kiểm điểm."
    )


def programme(place: int, name: str, chance: random.Random) -> Iterator[str]:
    """One page of the directions: the aim, the steps, who answers for them."""
    yield f"# {place}. {name}"
    yield (
        f"Mục tiêu: đến ngày 31 tháng 12 năm 2026 hoàn thành {chance.randint(80, 100)}% khối lượng;"
        f" nguồn lực dự kiến {number(chance.uniform(20, 900))} tỷ đồng, trong đó ngân sách tỉnh "
        f"{chance.randint(30, 70)}%. Đồng chí Ủy viên Ban Thường vụ phụ trách lĩnh vực chịu trách "
        "nhiệm trước Ban Chấp hành."
    )
    yield "!table 8:52:22:18 clcc size=12.5"
    yield "TT | Bước | Hạn | Kết quả đo được"
    steps = (
        "Giao nhiệm vụ, lập tiến độ chi tiết, công khai đầu mối",
        "Hoàn thành thủ tục, bố trí vốn hoặc kinh phí",
        "Triển khai ở các xã, phường làm trước, rút kinh nghiệm",
        "Kiểm tra giữa năm, điều chuyển nguồn lực nơi chậm",
        "Triển khai toàn bộ, nghiệm thu từng phần",
        "Tổng kết, báo cáo Ban Chấp hành",
    )
    for row, (words, month) in enumerate(zip(steps, (1, 3, 5, 7, 10, 12), strict=True), 1):
        yield f"{row} | {words} | tháng {month}/2026 | {chance.randint(row * 14, row * 16)}%"
    yield ""
    yield (
        "Cách làm: mỗi tuần cập nhật tiến độ một lần trên phần mềm theo dõi; mỗi tháng cơ quan chủ "
        "trì làm việc với nơi chậm nhất; mỗi quý báo cáo Ban Thường vụ bằng số liệu, không báo cáo "
        "lời. Vướng mắc vượt thẩm quyền phải trình trong 5 ngày, kèm phương án của người trình."
    )
    yield (
        f"Rủi ro lớn nhất: {chance.choice(('mặt bằng', 'nhân lực', 'thời tiết', 'nguồn vốn'))}. "
        f"Phương án dự phòng: giãn {chance.randint(1, 3)} hạng mục chưa cấp bách, giữ nguyên hạn "
        "của hạng mục phục vụ trực tiếp người dân."
    )


def communes(count: int, chance: random.Random) -> list[str]:
    """That many names, all different."""
    names = [f"{head} {tail}" for head in HEADS for tail in TAILS if head != tail]
    kinds = ("Xã", "Xã", "Xã", "Phường")
    return [f"{chance.choice(kinds)} {name}" for name in chance.sample(names, count)]


def report() -> tuple[str, int, int]:
    """The year's report: 68 pages of results, 14 of directions."""
    chance = random.Random(2025)  # noqa: S311 - a sample, not a secret
    facts, opening, second = _report_text()
    first = len(_set(list(build.body(opening, facts, *SPACING)), facts))
    pages = [f"{opening}"]
    for place, (name, work) in enumerate(SECTORS.items(), 1):
        pages.append("\n".join(sector(place, name, work, chance)))
    for place, name in enumerate(communes(RESULTS - first - len(SECTORS), chance), 1):
        pages.append("\n".join(commune(place, name, chance)))
    more = len(_set(list(build.body(second, facts, *SPACING)), None))
    pages.append(second)
    for place, name in enumerate(PROGRAMMES[: ALL - RESULTS - more], 1):
        pages.append("\n".join(programme(place, name, chance)))
    text = "\n!break\n".join(pages)
    blocks = [*build.head(facts), *build.body(text, facts, *SPACING)]
    made = _set([*blocks, *build.foot(facts)], None)
    if len(made) != ALL:
        raise build.WrongLengthError(f"{REPORT}: {len(made)} pages, {ALL} wanted")
    data = pdf.write(made, title="Báo cáo tình hình năm 2025, phương hướng năm 2026")
    (OUT / REPORT).write_bytes(data)
    return REPORT, len(made), len(data)


def _set(blocks: list[build.Block], facts: dict[str, object] | None) -> list[build.Page]:
    head = list(build.head(facts)) if facts is not None else []
    return Setter(build.SHEET, pdf.face().width).set([*head, *blocks])


def _report_text() -> tuple[dict[str, object], str, str]:
    path = TEXT / "report" / "bao-cao.md"
    _, front, text = path.read_text(encoding="utf-8").split("+++\n", 2)
    facts = {"size": 14.0, "form": "party", **build.tomllib.loads(front)}
    opening, second = text.split("!!!\n")
    return facts, opening, second


def main() -> None:
    """Set everything and say what came out."""
    build.TEXT, build.OUT = TEXT, OUT
    OUT.mkdir(exist_ok=True)
    made = [one for path in sorted(TEXT.glob("*.md")) for one in build.paper(path)]
    made.append(report())
    for name, pages, size in made:
        sys.stdout.write(f"{name:44} {pages:3} pages {size / 1024:7.1f} KiB\n")


if __name__ == "__main__":
    main()
