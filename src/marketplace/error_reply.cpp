#include "json_events.h"
#include "usage/base/text.h"
#include "usage/marketplace/usage_api.h"

namespace usage {
namespace {

// Twilio's older errors have code and message; newer ones httpStatusCode beside them; RFC 9457 has title and detail.
class ErrorReplyListener final : public JsonListener {
 public:
  Complaint on_value(const JsonEvent& event) override {
    if (event.depth != 1) return std::nullopt;
    const bool text = event.type == JsonType::kString;
    if (event.key == "code" && (text || event.type == JsonType::kNumber)) code_ = event.text;
    if (event.key == "message" && text) message_ = event.text;
    if (event.key == "title" && text) title_ = event.text;
    if (event.key == "detail" && text) detail_ = event.text;
    return std::nullopt;
  }
  Complaint on_end(std::size_t) override { return std::nullopt; }

  ErrorReply reply() const {
    constexpr std::size_t kMaxCode = 40;
    constexpr std::size_t kMaxMessage = 200;
    const std::string problem = title_ + (title_.empty() || detail_.empty() ? "" : ": ") + detail_;
    return {clean_text(code_, kMaxCode), clean_text(message_.empty() ? problem : message_, kMaxMessage)};
  }

 private:
  std::string code_;
  std::string message_;
  std::string title_;
  std::string detail_;
};

}  // namespace

ErrorReply parse_error_reply(std::string_view body) {
  ErrorReplyListener listener;
  if (read_json(body, listener).reading != JsonReading::kComplete) return {};
  return listener.reply();
}

}  // namespace usage
