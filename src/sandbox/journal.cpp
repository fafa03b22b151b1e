#include "journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "usage/base/error.h"
#include "usage/base/json_writer.h"
#include "usage/base/write_whole.h"

namespace usage::sandbox {
namespace {

void write_text_or_null(JsonWriter& json, const std::string& text) {
  if (text.empty()) {
    json.null();
  } else {
    json.value(text);
  }
}

}  // namespace

std::string journal_line(const JournalEntry& entry) {
  JsonWriter json;
  json.begin_object().key("n").value(entry.number).key("time").value(rfc3339(entry.time));
  json.key("connection").value(entry.connection).key("request_on_connection").value(entry.request_on_connection);
  json.key("installation");
  write_text_or_null(json, entry.installation);
  json.key("request_id").value(entry.request_id).key("fault").value(entry.fault).key("status");
  if (entry.status) {
    json.value(*entry.status);
  } else {
    json.null();
  }
  json.key("billed").begin_array();
  for (const UsageItem& item : entry.billed) {
    json.begin_object().key("sid").value(item.sid).key("quantity").value(item.quantity).end_object();
  }
  json.end_array().key("violation");
  write_text_or_null(json, entry.violation.value_or(""));
  json.end_object();
  return json.text();
}

Journal::Journal(const std::filesystem::path& file)
    : file_(::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_.valid()) return;
  throw UsageError("journal", file.string() + ": cannot be opened: " + errno_text(errno),
                   "give --journal a file that can be written");
}

void Journal::append(const JournalEntry& entry) {
  const std::string line = journal_line(entry) + "\n";
  if (file_.valid() && !write_whole(file_.get(), std::as_bytes(std::span(line))))
    throw std::system_error(errno, std::generic_category(), "writing the journal");
}

}  // namespace usage::sandbox
