#include "incoming_reply.h"

#include <algorithm>
#include <charconv>

#include "usage/base/ascii.h"
#include "usage/base/text.h"

namespace usage {
namespace {

std::string_view without_line_break(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// "HTTP/1.x NNN" and then a blank or the end of the line (RFC 9112 section 4); 0 where it is anything else. Stricter
// than libcurl, which takes "HTTP/1.1 20" for status 20: a status that was cut must not decide over money.
int status_of(std::string_view line) {
  if (!line.ends_with('\n')) return 0;
  line = without_line_break(line);
  const bool whole = line.size() >= 12 && (line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 ")) &&
                     std::all_of(line.begin() + 9, line.begin() + 12, is_digit) &&
                     (line.size() == 12 || line[12] == ' ');
  if (!whole || line[9] == '0') return 0;
  return (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
}

bool is_length(std::string_view value, std::size_t length) {
  std::size_t stated = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), stated);
  return error == std::errc() && end == value.data() + value.size() && stated == length;
}

}  // namespace

IncomingReply::Wanted IncomingReply::take_header_line(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxReplyHeaderBytes) {
    return refuse(TransportFault::kMalformedReply, "the reply's headers passed 256 KiB");
  }
  const bool blank = line.ends_with('\n') && without_line_break(line).empty();  // 8.21 hands out a last "\r" alone
  switch (stage_) {
    case Stage::kStatusLine:
      return take_status_line(line);
    case Stage::kInterimFields:  // of a 1xx: the final reply follows it
      if (blank) stage_ = Stage::kStatusLine;
      return Wanted::kMore;
    case Stage::kFinalFields:
      headers_ += line;
      if (blank) stage_ = Stage::kBody;
      return Wanted::kMore;
    case Stage::kBody:  // a trailer
      return Wanted::kMore;
  }
  return Wanted::kNoMore;
}

IncomingReply::Wanted IncomingReply::take_status_line(std::string_view line) {
  const int status = status_of(line);
  if (status == 0)
    return refuse(TransportFault::kMalformedReply, "the reply does not begin with an HTTP/1.1 status line");
  if (status < 200) {
    stage_ = Stage::kInterimFields;
    return Wanted::kMore;
  }
  status_ = status;
  headers_ = line;
  stage_ = Stage::kFinalFields;
  return Wanted::kMore;
}

IncomingReply::Wanted IncomingReply::take_body(std::string_view piece) {
  if (stage_ != Stage::kBody) return refuse(TransportFault::kMalformedReply, "the reply has no end of its headers");
  if (piece.size() > max_body_bytes_ - body_.size()) {
    body_ += piece.substr(0, max_body_bytes_ - body_.size());
    return refuse(TransportFault::kReplyTooLarge, "the reply passed " + std::to_string(max_body_bytes_ >> 20) + " MiB");
  }
  body_ += piece;
  return Wanted::kMore;
}

bool IncomingReply::has_stated_length() const {
  bool matches = true;
  for (std::string_view rest = headers_; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1);
    const std::string_view line = without_line_break(rest.substr(0, end + 1));
    rest.remove_prefix(end + 1);
    const std::string_view name = line.substr(0, line.find(':'));
    if (name.size() == line.size()) continue;
    // Transfer-Encoding overrides Content-Length (RFC 9112 section 6.3).
    if (ascii_equal_ignoring_case(name, "Transfer-Encoding")) return true;
    if (ascii_equal_ignoring_case(name, "Content-Length")) {
      matches = matches && is_length(trim_blanks(line.substr(name.size() + 1)), body_.size());
    }
  }
  return matches;
}

IncomingReply::Wanted IncomingReply::refuse(TransportFault fault, std::string text) {
  refusal_ = fault;
  refusal_text_ = std::move(text);
  return Wanted::kNoMore;
}

void IncomingReply::move_into(Delivery& delivery) {
  delivery.headers_complete = headers_complete();
  delivery.http_status = status_;
  delivery.headers = std::move(headers_);
  delivery.body = std::move(body_);
}

}  // namespace usage
