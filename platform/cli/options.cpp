#include "platform/cli/options.h"

#include <fmt/format.h>

#include <iostream>
#include <sstream>
#include <utility>

#include "platform/cli/values.h"
#include "schedules/error.h"

namespace hwcvp {

namespace po = boost::program_options;

CommandOptions::CommandOptions(std::string usage, std::string summary, std::string example)
    : usage_(std::move(usage)),
      summary_(std::move(summary)),
      example_(std::move(example)),
      options_("Options") {
  add_flag("help", "print this help");
}

void CommandOptions::add_flag(const char* name, const char* description) {
  options_.add_options()(name, description);
}

void CommandOptions::add_value(const char* name, const char* value, const char* description) {
  options_.add_options()(name, po::value<std::string>()->value_name(value), description);
}

void CommandOptions::add_positional(const char* name) {
  hidden_.add_options()(name, po::value<std::string>());
  positional_.add(name, 1);
}

bool CommandOptions::parse(const std::vector<std::string>& arguments) {
  const int style = po::command_line_style::allow_long | po::command_line_style::long_allow_adjacent |
                    po::command_line_style::long_allow_next;
  po::options_description all;
  all.add(options_).add(hidden_);
  try {
    po::store(po::command_line_parser(arguments).options(all).positional(positional_).style(style).run(),
              values_);
  } catch (const po::unknown_option& error) {
    throw InputError(fmt::format("{}: unknown option", error.get_option_name()));
  } catch (const po::too_many_positional_options_error&) {
    throw InputError(fmt::format("expected: hwcvp {}", usage_));
  } catch (const po::multiple_occurrences& error) {
    throw InputError(fmt::format("{}: expected once", error.get_option_name()));
  } catch (const po::error_with_option_name& error) {
    throw InputError(
        fmt::format("{}: {}", error.get_option_name(),
                    options_.find(error.get_option_name().substr(2), false).semantic()->max_tokens() == 0
                        ? "expected no value"
                        : "expected a value"));
  } catch (const po::error& error) {
    throw InputError(error.what());
  }
  if (!has("help")) return true;
  print_help();
  return false;
}

std::string CommandOptions::text(const std::string& name, const std::string& otherwise) const {
  return has(name) ? values_[name].as<std::string>() : otherwise;
}

int64_t CommandOptions::size(const std::string& name, int64_t otherwise) const {
  return has(name) ? parse_size(text(name), "--" + name) : otherwise;
}

uint64_t CommandOptions::integer(const std::string& name, uint64_t least, uint64_t most,
                                 uint64_t otherwise) const {
  return has(name) ? parse_integer(text(name), "--" + name, least, most) : otherwise;
}

void CommandOptions::require(const std::string& name) const {
  if (!has(name)) throw InputError(fmt::format("--{}: expected, but not given", name));
}

void CommandOptions::require_one_of(const std::string& a, const std::string& b) const {
  if (has(a) && has(b)) throw InputError(fmt::format("--{} and --{}: expected only one of them", a, b));
  if (!has(a) && !has(b)) throw InputError(fmt::format("expected --{} or --{}", a, b));
}

void CommandOptions::forbid_with(const std::string& given, const std::vector<std::string>& others) const {
  if (!has(given)) return;
  for (const std::string& other : others) {
    if (has(other)) throw InputError(fmt::format("--{}: not allowed together with --{}", other, given));
  }
}

void CommandOptions::require_with(const std::string& given, const std::string& needed) const {
  if (has(given) && !has(needed)) throw InputError(fmt::format("--{}: expected --{} with it", given, needed));
}

void CommandOptions::print_help() const {
  std::cout << "Usage: hwcvp " << usage_ << "\n\n" << summary_ << "\n\n" << options_;
  std::cout << "\nExample:\n";
  std::istringstream lines(example_);
  for (std::string line; std::getline(lines, line);) std::cout << "  " << line << '\n';
}

}  // namespace hwcvp
