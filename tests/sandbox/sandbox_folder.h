// A folder of a test's own, gone with it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

class SandboxFolder {
 public:
  SandboxFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "usage-sandbox-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp: " + pattern);
    path_ = pattern;
  }
  SandboxFolder(const SandboxFolder&) = delete;
  SandboxFolder& operator=(const SandboxFolder&) = delete;
  ~SandboxFolder() { std::filesystem::remove_all(path_); }

  std::filesystem::path file(const std::string& name) const { return path_ / name; }

  std::vector<std::string> lines(const std::string& name) const {
    std::ifstream stream(file(name));
    std::vector<std::string> all;
    for (std::string line; std::getline(stream, line);) all.push_back(line);
    return all;
  }

 private:
  std::filesystem::path path_;
};
