#include "chunked_reading.h"

#include <algorithm>
#include <optional>
#include <thread>

#include "plain_intake.h"
#include "usage/base/error.h"
#include "usage/base/in_order.h"
#include "usage/csv/row_chunk.h"

namespace usage {
namespace {

constexpr std::size_t kMaxWorkers = 8;

std::size_t workers_of(const ReadingSizes& sizes) {
  if (sizes.workers > 0) return sizes.workers;
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMaxWorkers);
}

}  // namespace

struct ChunkedReading::Worker {
  RowChunk chunk;
  bool is_read = false;  // from chunk.begin() on, a guess
  PlainTexts texts;
  PlainBatch plain;
  std::vector<WholeRow> whole;  // all rows that are not in `plain`, in order
};

namespace {

class BodyReading {
 public:
  BodyReading(InputText& text, const FileBody& body, const ReadingSizes& sizes, RowIntake& intake)
      : text_(text),
        body_(body),
        chunk_bytes_(sizes.chunk),
        intake_(intake),
        rules_(sizes.lanes == RowLanes::kExact ? std::nullopt : intake.plain_rules()),
        read_([&text](std::uint64_t offset, std::span<char> into) { return text.read_at(offset, into); }),
        next_(body.begin) {
    if (rules_) form_ = rules_->form;
    form_.delimiter = body.delimiter;
    form_.in_header = body.choice.in_header;
  }

  std::size_t chunks() const { return static_cast<std::size_t>((text_.size() + chunk_bytes_ - 1) / chunk_bytes_); }

  // What can be done before the chunks above it are read.
  template <class Worker>
  void prepare(Worker& worker, std::size_t chunk) {
    const std::uint64_t from = std::uint64_t{chunk} * chunk_bytes_;
    const std::uint64_t to = from + chunk_bytes_;
    worker.chunk.load(read_, from, to, text_.size());
    const std::uint64_t body = body_.begin.offset;
    const auto begin = body >= to ? std::nullopt : body >= from ? std::optional(body) : worker.chunk.guess_begin();
    worker.is_read = begin.has_value();
    if (begin) find_rows(worker, *begin);
  }

  template <class Worker>
  void conclude(Worker& worker) {
    if (worker.chunk.bytes().empty()) return;  // the text is shorter than it was, and will be refused
    text_.take(worker.chunk.bytes());
    if (next_.offset >= worker.chunk.to()) return;
    if (!worker.is_read || worker.chunk.begin() != next_.offset) find_rows(worker, next_.offset);
    if (worker.chunk.state() == RowChunk::State::kDamaged) refuse_damage();
    take_rows(worker);
    next_ = {worker.chunk.end(), next_.line + worker.chunk.lines()};
  }

 private:
  template <class Worker>
  void find_rows(Worker& worker, std::uint64_t begin) {
    RowChunk& chunk = worker.chunk;
    chunk.find_rows(begin, read_, form_);
    worker.plain.clear();
    worker.whole.clear();
    if (chunk.state() == RowChunk::State::kDamaged) return;
    if (!rules_) {
      worker.whole = chunk.whole_rows();
      return;
    }
    PlainIntake intake(*rules_, worker.texts);
    auto next_whole = chunk.whole_rows().begin();
    const auto take_whole_before = [&](std::uint64_t offset) {
      for (; next_whole != chunk.whole_rows().end() && next_whole->place.offset < offset; ++next_whole)
        worker.whole.push_back(*next_whole);
    };
    read_cut_rows(chunk, form_, [&](const RowPlace& place, const CutCells& cells) {
      if (intake.add(place, cells, worker.plain)) return;
      take_whole_before(place.offset);
      worker.whole.push_back({place, std::nullopt});
    });
    intake.finish(worker.plain);
    take_whole_before(chunk.end());
  }

  template <class Worker>
  void take_rows(Worker& worker) {
    PlainTaking taking(worker.plain, worker.texts, next_.line);
    intake_.expect_rows(expected_rows(worker));
    if (!worker.whole.empty()) {
      const RecordBlock block = worker.chunk.block_of(worker.whole, next_.line);
      read_rows(block, body_.choice, body_.delimiter, [&](const CsvRow& row) {
        intake_.take_plain(taking, row.place.offset);
        intake_.take(row);
      });
    }
    intake_.take_plain(taking, worker.chunk.end());
  }

  // Of the rest of the text, by this chunk's rows.
  template <class Worker>
  std::size_t expected_rows(const Worker& worker) const {
    const std::uint64_t bytes = worker.chunk.end() - worker.chunk.begin();
    const std::uint64_t left = text_.size() - worker.chunk.begin();
    const std::size_t rows = worker.plain.rows.size();
    return rows + static_cast<std::size_t>(static_cast<std::uint64_t>(rows) * left / bytes);
  }

  // Reads on as one who comes from above: everything in front of the damage is taken, then it is told.
  [[noreturn]] void refuse_damage() {
    std::uint64_t offset = next_.offset;
    const ReadBytes read = [&](std::span<char> into) {
      const std::size_t got = text_.read_at(offset, into);
      offset += got;
      return got;
    };
    RecordSource source(text_.shown(), read, next_, text_.offsets_in());
    RecordBlock block;
    while (source.next_block(body_.delimiter, block))
      read_rows(block, body_.choice, body_.delimiter, [this](const CsvRow& row) { intake_.take(row); });
    throw RefusedError(
        "input-reader",
        text_.shown() + ": two readers of this program differ on line " + std::to_string(next_.line) + " or below it",
        "please report this with the file: it is an error of this program");
  }

  InputText& text_;
  const FileBody& body_;
  std::size_t chunk_bytes_;
  RowIntake& intake_;
  std::optional<PlainRules> rules_;
  ReadAt read_;
  RowForm form_;
  RecordPlace next_;  // the first record that is not taken
};

}  // namespace

ChunkedReading::ChunkedReading(RowIntake& intake, ReadingSizes sizes)
    : intake_(intake), sizes_(sizes), workers_(workers_of(sizes)) {}

ChunkedReading::~ChunkedReading() = default;

void ChunkedReading::read(InputText& text, const FileBody& body, const std::function<void()>& report) {
  BodyReading reading(text, body, sizes_, intake_);
  InOrder work(
      reading.chunks(), [&](std::size_t worker, std::size_t chunk) { reading.prepare(workers_[worker], chunk); },
      [&](std::size_t worker, std::size_t) {
        reading.conclude(workers_[worker]);
        report();
      });
  work.run(std::min(workers_.size(), reading.chunks()));
}

}  // namespace usage
