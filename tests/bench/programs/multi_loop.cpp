// The bare libcurl multi loop: posts every line of a file made by make_rows, N in flight, and looks at the status only.
// No ledger, no fence, no reading of replies: what the uploader could reach at best with this libcurl.
#include <curl/curl.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t kSidLength = 34;
constexpr long kAccepted = 202;

struct Transfer {
  CURL* easy = nullptr;
  CURLU* url = nullptr;
};

std::size_t discard(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

void require(bool good, const char* what) {
  if (!good) throw std::runtime_error(what);
}

std::string read_whole(const char* path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  require(file.is_open(), "the posts cannot be read");
  std::string text(static_cast<std::size_t>(file.tellg()), '\0');
  file.seekg(0);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  return text;
}

class Loop {
 public:
  Loop(std::string_view posts, const char* base_url, long in_flight, const char* ca_file) : posts_(posts) {
    headers_ = curl_slist_append(headers_, "Content-Type: application/json");
    headers_ = curl_slist_append(headers_, "Accept: application/json");
    headers_ = curl_slist_append(headers_, "Expect:");
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, in_flight);
    transfers_.resize(static_cast<std::size_t>(in_flight));
    for (Transfer& transfer : transfers_) set_up(transfer, base_url, ca_file);
  }

  // Requests answered with 202; throws at anything else.
  std::size_t run() {
    for (Transfer& transfer : transfers_) start_next(transfer);
    while (under_way_ > 0) {
      int running = 0;
      require(curl_multi_perform(multi_, &running) == CURLM_OK, "curl_multi_perform failed");
      if (finish_ended()) continue;
      require(curl_multi_poll(multi_, nullptr, 0, 1000, nullptr) == CURLM_OK, "curl_multi_poll failed");
    }
    return accepted_;
  }

 private:
  void set_up(Transfer& transfer, const char* base_url, const char* ca_file) {
    transfer.easy = curl_easy_init();
    transfer.url = curl_url();
    require(curl_url_set(transfer.url, CURLUPART_URL, base_url, 0) == CURLUE_OK, "the base URL is malformed");
    curl_easy_setopt(transfer.easy, CURLOPT_PRIVATE, &transfer);
    curl_easy_setopt(transfer.easy, CURLOPT_POST, 1L);
    curl_easy_setopt(transfer.easy, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(transfer.easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(transfer.easy, CURLOPT_USERPWD, "AC11111111111111111111111111111111:bench");
    curl_easy_setopt(transfer.easy, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(transfer.easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(transfer.easy, CURLOPT_PROXY, "");
    if (ca_file != nullptr) {
      curl_easy_setopt(transfer.easy, CURLOPT_CAINFO, ca_file);
      curl_easy_setopt(transfer.easy, CURLOPT_CAPATH, nullptr);
    }
  }

  void start_next(Transfer& transfer) {
    if (next_ >= posts_.size()) return;
    const std::string_view line = posts_.substr(next_, posts_.find('\n', next_) - next_);
    next_ += line.size() + 1;
    path_.assign("/v1/InstalledAddOns/").append(line.substr(0, kSidLength)).append("/Usage");
    require(curl_url_set(transfer.url, CURLUPART_PATH, path_.c_str(), 0) == CURLUE_OK, "a path is malformed");
    curl_easy_setopt(transfer.easy, CURLOPT_CURLU, transfer.url);
    const std::string_view body = line.substr(kSidLength + 1);
    curl_easy_setopt(transfer.easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(transfer.easy, CURLOPT_POSTFIELDS, body.data());
    require(curl_multi_add_handle(multi_, transfer.easy) == CURLM_OK, "curl_multi_add_handle failed");
    ++under_way_;
  }

  bool finish_ended() {
    bool any = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      any = true;
      long status = 0;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      require(message->data.result == CURLE_OK && status == kAccepted, "a request was not answered with 202");
      ++accepted_;
      curl_multi_remove_handle(multi_, transfer->easy);
      --under_way_;
      start_next(*transfer);
    }
    return any;
  }

  std::string_view posts_;
  std::size_t next_ = 0;
  std::size_t under_way_ = 0;
  std::size_t accepted_ = 0;
  std::string path_;
  curl_slist* headers_ = nullptr;
  CURLM* multi_ = curl_multi_init();
  std::vector<Transfer> transfers_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::fprintf(stderr, "usage: multi_loop BASE_URL POSTS IN_FLIGHT [CA_FILE]\n");
    return 2;
  }
  try {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const std::string posts = read_whole(argv[2]);
    Loop loop(posts, argv[1], std::strtol(argv[3], nullptr, 10), argc == 5 ? argv[4] : nullptr);
    std::printf("%zu\n", loop.run());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "multi_loop: %s\n", error.what());
    return 1;
  }
}
