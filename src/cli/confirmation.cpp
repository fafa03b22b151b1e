#include "confirmation.h"

#include "usage/base/error.h"
#include "usage/cli/question.h"

namespace usage {

bool asks_first(const UploadOptions& options) {
  return options.confirmation == Confirmation::kAsk && !options.approval && may_ask();
}

void require_yes(std::string_view question, const std::string& otherwise) {
  if (ask_on_terminal(question) == Answer::kNo)
    throw RefusedError("not-confirmed", "not confirmed: " + otherwise, "answer y, or give --yes");
}

}  // namespace usage
