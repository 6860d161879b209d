// Runs a fuzz target without libFuzzer: over each file of the folders given,
// and over what is easily made of it: cut off at every byte, and with every byte
// changed. Ends with 1 if there was nothing to run.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

void Run(const std::vector<uint8_t>& input) {
  // An exact copy, so that a sanitizer sees any byte read too far.
  const std::vector<uint8_t> exact(input.begin(), input.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void RunWithVariations(const std::vector<uint8_t>& input) {
  Run(input);
  for (size_t length = 0; length < input.size(); ++length) {
    Run({input.begin(), input.begin() + static_cast<std::ptrdiff_t>(length)});
  }
  std::vector<uint8_t> changed = input;
  for (size_t i = 0; i < input.size(); ++i) {
    for (const int value : {0x00, 0xff, input[i] ^ 0x01, input[i] ^ 0x80}) {
      changed[i] = static_cast<uint8_t>(value);
      Run(changed);
    }
    changed[i] = input[i];
  }
}

}  // namespace

int main(int argc, char** argv) {
  int files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      if (!entry.is_regular_file()) continue;
      std::ifstream stream(entry.path(), std::ios::binary);
      RunWithVariations({std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()});
      ++files;
    }
  }
  std::printf("%d inputs and their variations\n", files);
  return files > 0 ? 0 : 1;
}
