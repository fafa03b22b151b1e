#include "usage/send/curl_transport.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include "curl_settings.h"
#include "open_sockets.h"
#include "secret_cover.h"
#include "transfer.h"
#include "usage/base/error.h"

namespace usage {
namespace {

constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours(1);  // libcurl counts waits in an int
constexpr std::chrono::seconds kStandstill{1};

// A reply repeats each item of its request, indented perhaps, with some 60 bytes of its own: less than twice as much.
constexpr std::size_t kReplyBytesPerByteSent = 4;

// Not to be mended by trying again. What is in flight stays recorded as `sending`.
void require(CURLMcode code, const char* doing) {
  if (code == CURLM_OK) return;
  throw Error(ExitStatus::kStopped, "libcurl",
              std::string("libcurl failed in ") + doing + ": " + curl_multi_strerror(code), "usage-uploader resume");
}

// The base URL without its path.
std::string origin_of(const std::string& base_url) {
  return base_url.substr(0, base_url.find('/', base_url.find("://") + 3));
}

std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(const std::string& base_url) {
  std::unique_ptr<CURLU, void (*)(CURLU*)> url(curl_url(), curl_url_cleanup);
  const unsigned flags = CURLU_PATH_AS_IS | CURLU_DISALLOW_USER;
  if (!url) throw std::bad_alloc();
  const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, base_url.c_str(), flags);
  if (code != CURLUE_OK) throw std::logic_error("a base URL that libcurl cannot read");
  return url;
}

// Before 8.2.0, a reply whose first field begins with a blank makes libcurl write into a header of the reply before it
// in the same handle, which is freed (curl issue 11101). Connections belong to the multi handle and last.
bool has_lasting_handles() {
  static const bool has = curl_version_info(CURLVERSION_NOW)->version_num >= 0x080200;
  return has;
}

// What a transfer that was cut short leaves in its handle is for the next one to stumble over: with 8.14.1, a body that
// was kept from being rewound is to be rewound before every later request, which then never leaves.
bool went_by_the_book(CURLcode code, const Transfer& transfer) {
  return code == CURLE_OK && transfer.times_issued == 1 && transfer.body_sent == transfer.body.size();
}

enum class Wake : std::uint8_t { kNo, kYes };

}  // namespace

struct CurlTransport::State {
  State(CurlOptions the_options, const Credentials& credentials, const Clock& the_clock)
      : options(std::move(the_options)),
        clock(the_clock),
        settings(options, credentials),
        secret(credentials),
        origin(origin_of(options.base_url)) {
    multi.reset(curl_multi_init());
    if (!multi) throw std::bad_alloc();
    curl_multi_setopt(multi.get(), CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
    curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(std::max(options.max_in_flight, 1U)));
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    for (const auto& transfer : transfers)
      if (transfer->easy) curl_multi_remove_handle(multi.get(), transfer->easy.get());
  }

  Transfer& idle_transfer();
  void go(Transfer& transfer, bool on_new_connection);
  std::vector<FinishedTransfer> take_finished();
  FinishedTransfer finish(Transfer& transfer, CURLcode code);
  // libcurl would look at its clock before it looks into the socket: so the deadlines are ours, and of a reply that
  // came while nobody looked (the program was stopped, or the ledger's disk took long) nothing is lost.
  void forgive_standstill(SteadyTime now);
  void give_up_overdue(SteadyTime now, std::vector<FinishedTransfer>& finished);
  SteadyTime first_deadline() const;
  Wake wait(Duration at_most);

  CurlOptions options;
  const Clock& clock;
  CurlSettings settings;
  SecretCover secret;
  std::string origin;  // of the base URL, which has a path behind it
  OpenSockets sockets;
  std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)> multi{nullptr, curl_multi_cleanup};
  std::vector<std::unique_ptr<Transfer>> transfers;  // as many as were ever in flight at once
  std::vector<Transfer*> idle;
  AttemptId last_started = 0;
  SteadyTime looks_by = SteadyTime::max();  // when the sockets are looked at next, at the latest
};

Transfer& CurlTransport::State::idle_transfer() {
  if (idle.empty()) {
    auto transfer = std::make_unique<Transfer>();
    transfer->sockets = &sockets;
    transfer->url = parsed(options.base_url);
    idle.push_back(transfer.get());
    transfers.push_back(std::move(transfer));
  }
  Transfer& transfer = *idle.back();
  idle.pop_back();
  if (!transfer.easy) {
    transfer.easy.reset(settings.new_handle());
    point_callbacks_at(transfer);
  }
  return transfer;
}

void CurlTransport::State::go(Transfer& transfer, bool on_new_connection) {
  transfer.body_sent = 0;
  transfer.times_issued = 0;
  transfer.found_out_of_step = false;
  transfer.local_port = 0;
  transfer.reconnected = false;
  transfer.answered_early = false;
  transfer.reply = IncomingReply(std::max(kMaxReplyBodyBytes, kReplyBytesPerByteSent * transfer.body.size()));
  transfer.error_text.fill('\0');
  const long fresh = on_new_connection || options.fresh_connections ? 1L : 0L;
  if (curl_easy_setopt(transfer.easy.get(), CURLOPT_FRESH_CONNECT, fresh) != CURLE_OK) throw std::bad_alloc();
  transfer.deadline = clock.steady_now() + std::max<Duration>(options.timeout, std::chrono::milliseconds(1));
  require(curl_multi_add_handle(multi.get(), transfer.easy.get()), "starting a transfer");
}

std::vector<FinishedTransfer> CurlTransport::State::take_finished() {
  std::vector<FinishedTransfer> finished;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    if (transfer->found_out_of_step) {  // nothing of it has left
      require(curl_multi_remove_handle(multi.get(), transfer->easy.get()), "ending a transfer");
      go(*transfer, true);
      continue;
    }
    finished.push_back(finish(*transfer, code));
  }
  return finished;
}

FinishedTransfer CurlTransport::State::finish(Transfer& transfer, CURLcode code) {
  require(curl_multi_remove_handle(multi.get(), transfer.easy.get()), "ending a transfer");
  transfer.deadline = SteadyTime::max();
  Delivery delivery = delivery_of(transfer, code, clock.wall_now());
  for (std::string* text : {&delivery.headers, &delivery.body, &delivery.fault_text}) secret.cover(*text);
  if (!has_lasting_handles() || !went_by_the_book(code, transfer)) transfer.easy.reset();
  idle.push_back(&transfer);
  return {transfer.attempt, std::move(delivery), transfer.local_port};
}

void CurlTransport::State::forgive_standstill(SteadyTime now) {
  const Duration late = now - std::min(looks_by, now);
  if (late < kStandstill) return;
  for (const auto& transfer : transfers)
    if (transfer->deadline != SteadyTime::max()) transfer->deadline += late;
}

void CurlTransport::State::give_up_overdue(SteadyTime now, std::vector<FinishedTransfer>& finished) {
  for (const auto& transfer : transfers) {
    if (now < transfer->deadline) continue;
    const auto given = std::chrono::duration_cast<std::chrono::milliseconds>(options.timeout);
    const std::string text = "timed out after " + std::to_string(given.count()) + " milliseconds";
    transfer->error_text[text.copy(transfer->error_text.data(), transfer->error_text.size() - 1)] = '\0';
    finished.push_back(finish(*transfer, CURLE_OPERATION_TIMEDOUT));
  }
}

SteadyTime CurlTransport::State::first_deadline() const {
  SteadyTime first = SteadyTime::max();
  for (const auto& transfer : transfers) first = std::min(first, transfer->deadline);
  return first;
}

Wake CurlTransport::State::wait(Duration at_most) {
  // Rounded up: 0 ms for the last part of a millisecond would spin.
  const auto milliseconds = std::min(std::chrono::ceil<std::chrono::milliseconds>(at_most), kLongestWait);
  curl_waitfd wake{options.wake_fd, CURL_WAIT_POLLIN, 0};
  const unsigned extra = options.wake_fd >= 0 ? 1 : 0;
  require(curl_multi_poll(multi.get(), &wake, extra, static_cast<int>(milliseconds.count()), nullptr), "waiting");
  return wake.revents != 0 ? Wake::kYes : Wake::kNo;
}

CurlTransport::CurlTransport(CurlOptions options, const Credentials& credentials, const Clock& clock)
    : state_(std::make_unique<State>(std::move(options), credentials, clock)) {}

CurlTransport::~CurlTransport() = default;

void CurlTransport::start(AttemptId attempt, const std::string& url, std::string body) {
  // Both would be faults of this program: credentials for a stranger, or a second bill.
  if (!url.starts_with(state_->options.base_url + "/")) throw std::logic_error("a URL outside of the base URL");
  if (attempt <= state_->last_started) {
    throw std::logic_error("attempt " + std::to_string(attempt) + " was started twice, or after a later one");
  }
  state_->last_started = attempt;
  Transfer& transfer = state_->idle_transfer();
  transfer.attempt = attempt;
  transfer.body = std::move(body);
  transfer.started_at = state_->clock.wall_now();
  CURL* easy = transfer.easy.get();
  const char* path = url.c_str() + state_->origin.size();
  if (curl_url_set(transfer.url.get(), CURLUPART_PATH, path, 0) != CURLUE_OK) throw std::bad_alloc();
  // Also where it is the same one: libcurl keeps the text of the first.
  if (curl_easy_setopt(easy, CURLOPT_CURLU, transfer.url.get()) != CURLE_OK) throw std::bad_alloc();
  // The length is known, so the body goes out with Content-Length and not chunked.
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.body.size()));
  state_->go(transfer, false);
}

std::vector<FinishedTransfer> CurlTransport::poll(SteadyTime until) {
  for (Wake wake = Wake::kNo;;) {
    int running = 0;
    require(curl_multi_perform(state_->multi.get(), &running), "sending");
    state_->sockets.uncork();
    std::vector<FinishedTransfer> finished = state_->take_finished();
    const SteadyTime now = state_->clock.steady_now();
    state_->forgive_standstill(now);
    state_->give_up_overdue(now, finished);
    state_->looks_by = now;
    if (!finished.empty() || wake == Wake::kYes || now >= until) return finished;
    state_->looks_by = std::max(now, std::min(until, state_->first_deadline()));
    wake = state_->wait(state_->looks_by - now);
  }
}

void CurlTransport::leave_connection(int connection) {
  if (connection != 0) state_->sockets.leave(connection);
}

std::string curl_version_text() {
  return curl_version_info(CURLVERSION_NOW)->version;
}

}  // namespace usage
