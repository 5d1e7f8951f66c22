// The main of a fuzz target without libFuzzer: replays the files of a folder, and then goes on for some
// seconds with inputs made from them. It knows nothing of which code an input reaches; `cmake --preset fuzz`
// does.
//
// usage: FORMAT_fuzz FOLDER-or-FILE... [--seconds N] [--seed N]
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz.h"

namespace {

namespace fs = std::filesystem;

constexpr unsigned kMostSeconds = 10;  // of one input
constexpr size_t kMostBytes = 1 << 16;
#ifndef __SANITIZE_ADDRESS__
constexpr rlim_t kMostMemory = rlim_t{4} << 30;
#endif

std::string current;  // the input under way

// Keeps the input that ends the program.
extern "C" void keep_input(int number) {
  constexpr char kName[] = "fuzz-crash.bin";
  if (std::FILE* const file = std::fopen(kName, "wb")) {
    std::fwrite(current.data(), 1, current.size(), file);
    std::fclose(file);
  }
  std::fprintf(stderr, "fuzz: signal %d; the input is in %s\n", number, kName);
  signal(number, SIG_DFL);
  raise(number == SIGALRM ? SIGABRT : number);
}

void run(std::string input) {
  current = std::move(input);
  alarm(kMostSeconds);
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(current.data()), current.size());
  alarm(0);
}

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> read_inputs(const std::vector<fs::path>& paths) {
  std::vector<fs::path> files;
  for (const fs::path& path : paths) {
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(path)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> inputs;
  for (const fs::path& file : files) inputs.push_back(contents(file));
  return inputs;
}

class Mutator {
 public:
  Mutator(const std::vector<std::string>& seeds, uint64_t seed) : seeds_(seeds), random_(seed) {}

  std::string next() {
    std::string input = seed();
    for (size_t changes = 1 + below(4); changes > 0; --changes) change(input);
    if (input.size() > kMostBytes) input.resize(kMostBytes);
    return input;
  }

 private:
  size_t below(size_t count) { return count == 0 ? 0 : random_() % count; }
  const std::string& seed() { return seeds_[below(seeds_.size())]; }

  std::string part_of(const std::string& text) {
    const size_t first = below(text.size() + 1);
    return text.substr(first, below(std::min<size_t>(text.size() - first, 64) + 1));
  }

  // What parsers stumble over.
  std::string token() {
    static const char* const kTokens[] = {"-1",
                                          "0",
                                          "1e309",
                                          "1.5",
                                          "9223372036854775807",
                                          "18446744073709551616",
                                          "2147483648",
                                          "65536",
                                          "null",
                                          "true",
                                          "\"\"",
                                          "[]",
                                          "{}",
                                          "[[[[",
                                          "\x1b[31m",
                                          "\xff\xfe",
                                          "..",
                                          ",",
                                          "=",
                                          "NaN",
                                          "-0.0",
                                          "0.5",
                                          "GiB",
                                          "\n"};
    return kTokens[below(std::size(kTokens))];
  }

  void change(std::string& input) {
    const size_t at = below(input.size() + 1);
    const size_t length = below(std::min<size_t>(input.size() - at, 16) + 1);
    switch (below(8)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
        break;
      case 1:
        if (at < input.size()) input[at] = static_cast<char>(below(256));
        break;
      case 2:
        input.erase(at, length);
        break;
      case 3:
        input.insert(at, token());
        break;
      case 4:
        replace_number(input, at);
        break;
      case 5:
        input.insert(at, part_of(input));
        break;
      case 6:
        input.replace(at, length, part_of(seed()));
        break;
      default:
        input.resize(at);
        break;
    }
  }

  // The digits at or behind a place.
  void replace_number(std::string& input, size_t at) {
    constexpr const char* kDigits = "0123456789";
    const size_t first = input.find_first_of(kDigits, at);
    if (first == std::string::npos) return;
    const size_t end = std::min(input.find_first_not_of(kDigits, first), input.size());
    input.replace(first, end - first, below(2) == 0 ? token() : std::to_string(random_() >> below(64)));
  }

  const std::vector<std::string>& seeds_;
  std::mt19937_64 random_;
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<fs::path> paths;
  double seconds = 0;
  uint64_t seed = 1;
  if (const char* const given = std::getenv("HWCVP_SEED")) seed = std::stoull(given);
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--seconds" && i + 1 < argc) {
      seconds = std::stod(argv[++i]);
    } else if (argument == "--seed" && i + 1 < argc) {
      seed = std::stoull(argv[++i]);
    } else {
      paths.emplace_back(argument);
    }
  }
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM}) signal(number, keep_input);
#ifndef __SANITIZE_ADDRESS__
  const rlimit memory = {kMostMemory, kMostMemory};
  setrlimit(RLIMIT_AS, &memory);
#endif

  const std::vector<std::string> inputs = read_inputs(paths);
  if (inputs.empty()) {
    std::fprintf(stderr, "fuzz: expected a folder with inputs\n");
    return 2;
  }
  for (const std::string& input : inputs) run(input);
  size_t runs = inputs.size();
  Mutator mutator(inputs, seed);
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  for (; std::chrono::steady_clock::now() < end; ++runs) run(mutator.next());
  std::printf("%zu inputs, seed %llu\n", runs, static_cast<unsigned long long>(seed));
  return 0;
}
