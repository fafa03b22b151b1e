// The reply to one attempt, as it comes in: which header block is the final one, and is it whole?
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "usage/model/delivery.h"

namespace usage {

// Over these the transfer is ended; of a large request, a reply may be larger. A 202 for 10,000 items is about 1 MB.
inline constexpr std::size_t kMaxReplyBodyBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMaxReplyHeaderBytes = std::size_t{256} << 10;  // 1xx replies and trailers included

class IncomingReply {
 public:
  enum class Wanted : std::uint8_t { kMore, kNoMore };

  explicit IncomingReply(std::size_t max_body_bytes = kMaxReplyBodyBytes) : max_body_bytes_(max_body_bytes) {}

  // A whole line with its line break: status line, field or the blank line. kNoMore: end the transfer; see refusal().
  Wanted take_header_line(std::string_view line);
  Wanted take_body(std::string_view piece);

  bool has_status() const { return status_ != 0; }  // a final one
  bool is_success() const { return status_ / 100 == 2; }
  bool headers_complete() const { return stage_ == Stage::kBody; }
  // Every Content-Length is the size of what arrived. Chunked bodies carry their own end, which libcurl watches.
  bool has_stated_length() const;

  TransportFault refusal() const { return refusal_; }
  const std::string& refusal_text() const { return refusal_text_; }
  void move_into(Delivery& delivery);

 private:
  enum class Stage : std::uint8_t { kStatusLine, kInterimFields, kFinalFields, kBody };
  Wanted take_status_line(std::string_view line);
  Wanted refuse(TransportFault fault, std::string text);

  std::size_t max_body_bytes_;
  Stage stage_ = Stage::kStatusLine;
  int status_ = 0;
  std::size_t header_bytes_ = 0;
  std::string headers_;
  std::string body_;
  TransportFault refusal_ = TransportFault::kNone;
  std::string refusal_text_;
};

}  // namespace usage
