// usage-docs FOLDER DATE: writes the manual pages and shell completions there, for the build to install.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "docs/completions.h"
#include "docs/man_pages.h"

namespace {

bool write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) std::cerr << "usage-docs: cannot write " << file.string() << "; check the build folder\n";
  return static_cast<bool>(out);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: usage-docs FOLDER YYYY-MM-DD\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  std::error_code ignored;  // write says what it cannot do
  std::filesystem::create_directories(folder, ignored);
  const bool written = write(folder / "usage-uploader.1", usage::docs::uploader_page(argv[2])) &&
                       write(folder / "usage-sandbox.1", usage::docs::sandbox_page(argv[2])) &&
                       write(folder / "usage-uploader.bash", usage::docs::bash_completion()) &&
                       write(folder / "_usage-uploader", usage::docs::zsh_completion()) &&
                       write(folder / "usage-uploader.fish", usage::docs::fish_completion());
  return written ? 0 : 1;
}
