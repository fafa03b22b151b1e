// One file's rows, read by several workers in chunks and taken in order.
#pragma once

#include <functional>
#include <vector>

#include "input_text.h"
#include "row_intake.h"
#include "usage/csv/csv_reader.h"
#include "usage/csv/record_source.h"
#include "usage/intake/usage_intake.h"

namespace usage {

struct FileBody {
  RecordPlace begin;  // of the first row
  ColumnChoice choice;
  char delimiter = ',';
};

// Keeps what workers know of texts from file to file.
class ChunkedReading {
 public:
  ChunkedReading(RowIntake& intake, ReadingSizes sizes);
  ~ChunkedReading();

  // Takes all bytes of the text, and all rows of its body; `report` is called after each chunk. Throws RefusedError for
  // the damage that comes first in the text.
  void read(InputText& text, const FileBody& body, const std::function<void()>& report);

 private:
  struct Worker;
  RowIntake& intake_;
  ReadingSizes sizes_;
  std::vector<Worker> workers_;
};

}  // namespace usage
