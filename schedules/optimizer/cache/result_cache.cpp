#include "schedules/optimizer/cache/result_cache.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "schedules/files/output_file.h"
#include "schedules/json/constraints_json.h"
#include "schedules/json/json.h"
#include "schedules/optimizer/bound/cost_bound.h"
#include "schedules/optimizer/objectives/least_traffic.h"
#include "schedules/traffic/bounds.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using nlohmann::json;

constexpr int64_t kMostEvaluated = int64_t{1} << 62;
constexpr int64_t kMostCycles = int64_t{1} << 62;

// FNV-1a, 64 bits: to tell entries apart and to notice damage; equality is decided by the whole question.
uint64_t hash(const std::string& text) {
  uint64_t value = 0xcbf29ce484222325U;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return value;
}

std::string checksum(const json& question, const json& answer) {
  return fmt::format("{:016x}", hash(question.dump() + answer.dump()));
}

// Everything that decides the answer.
json question_for(const Layer& layer, const OptimizerOptions& options) {
  json shape = to_json(work_of(layer));
  shape.erase("name");
  const Objective& objective = objective_of(options);
  json question = {{"solver_version", ResultCache::kSolverVersion}, {"layer", shape},
                   {"buffer_bytes", options.buffer_bytes},          {"double_buffer", options.double_buffer},
                   {"constraints", to_json(options.constraints)},   {"objective", objective.name()}};
  objective.add_to_key(question);
  return question;
}

json answer_from(const OptimizerResult& result) {
  json answer = {{"schedule", to_json(result.schedule)},
                 {"traffic", to_json(result.prediction.traffic)},
                 {"buffer", to_json(result.prediction.buffer)},
                 {"cost", result.cost},
                 {"proven_bound", result.proven_bound},
                 {"proven_cost", result.proven_cost},
                 {"optimal", result.optimal},
                 {"proof", to_string(result.proof)},
                 {"latency_bound", result.latency_bound},
                 {"evaluated", result.evaluated}};
  for (const FrontPoint& point : result.front) {
    answer["front"].push_back({{"schedule", to_json(point.schedule)}, {"cycles", point.cycles}});
  }
  return answer;
}

// A number that decides nothing in the search, within the range that it can have.
int64_t read_number(const json& answer, const char* key, int64_t least, int64_t most) {
  const json& value = answer.at(key);
  // What is unsigned and past int64_t turns negative.
  if (!value.is_number_integer() || value.get<int64_t>() < least || value.get<int64_t>() > most) {
    throw InputError(fmt::format("{}: expected an integer between {} and {}, found {}", key, least, most,
                                 shown(value.dump())));
  }
  return value.get<int64_t>();
}

// What the bounds rest on: compulsory where they are no more, and only there.
Proof read_proof(const json& answer, const OptimizerResult& result, const Layer& layer,
                 const OptimizerOptions& options) {
  const bool compulsory = result.proven_bound == compulsory_bytes(layer) &&
                          result.proven_cost == optimizer::cost_bound(layer, options.constraints.prices, 0);
  for (const Proof proof : {Proof::compulsory, Proof::residence, Proof::exhaustive}) {
    if (answer.at("proof") != to_string(proof)) continue;
    if ((proof == Proof::compulsory) != compulsory) break;
    return proof;
  }
  throw InputError(
      fmt::format("proof: expected what the bounds rest on, found {}", shown(answer.at("proof").dump())));
}

// Reads an entry, which is no more than a small file. Throws InputError without the file's name.
json read_entry(const std::string& file) {
  if (!std::filesystem::is_regular_file(file)) throw InputError("expected a file");
  try {
    return read_json_file(file);
  } catch (const InputError& error) {
    throw InputError(std::string(error.what()).substr(file.size() + 2));
  }
}

// Throws InputError where a schedule needs more than it may, or is none of those to choose from.
void check_allowed(const Layer& layer, const OptimizerOptions& options, const Schedule& schedule,
                   const Prediction& prediction) {
  bool doubled = true;
  for (size_t t = 0; t < kTensorCount; ++t) {
    doubled = doubled && schedule.double_buffer[t] >= options.double_buffer[t];
  }
  if (prediction.buffer.total() > options.buffer_bytes || !doubled ||
      !options.constraints.allow(layer, schedule)) {
    throw InputError("the schedule does not fit or breaks the constraints");
  }
}

// By ascending cycles, which are taken as they are, and descending cost.
std::vector<FrontPoint> read_front(const json& answer, const Layer& layer, const OptimizerOptions& options) {
  std::vector<FrontPoint> front;
  for (const json& entry : answer.at("front")) {
    FrontPoint point;
    point.schedule = schedule_from_json(entry.at("schedule"), layer, "front");
    point.prediction = predict_exact(layer, point.schedule);
    check_allowed(layer, options, point.schedule, point.prediction);
    point.cost = options.constraints.prices.cost(point.prediction.traffic);
    point.cycles = read_number(entry, "cycles", 0, kMostCycles);
    if (!front.empty() && (point.cycles <= front.back().cycles || point.cost >= front.back().cost)) {
      throw InputError("front: expected ascending cycles and descending cost");
    }
    front.push_back(std::move(point));
  }
  return front;
}

// The result that an answer stands for. Throws InputError or json::exception where it does not hold.
OptimizerResult result_from(const json& answer, const Layer& layer, const OptimizerOptions& options) {
  OptimizerResult result;
  result.schedule = schedule_from_json(answer.at("schedule"), layer, "schedule");
  result.prediction = predict_exact(layer, result.schedule);
  const Traffic& traffic = result.prediction.traffic;
  if (answer.at("traffic") != to_json(traffic) || answer.at("buffer") != to_json(result.prediction.buffer)) {
    throw InputError("the schedule moves or holds other bytes than the entry says");
  }
  check_allowed(layer, options, result.schedule, result.prediction);
  result.cost = options.constraints.prices.cost(traffic);
  const Prices& prices = options.constraints.prices;
  result.proven_bound = read_number(answer, "proven_bound", compulsory_bytes(layer), traffic.total());
  result.proven_cost = read_number(answer, "proven_cost",
                                   optimizer::cost_bound(layer, prices, result.proven_bound), result.cost);
  result.proof = read_proof(answer, result, layer, options);
  result.evaluated = read_number(answer, "evaluated", 0, kMostEvaluated);
  if (objective_of(options).fields().front) result.front = read_front(answer, layer, options);
  result.finished = true;
  const size_t known = result.front.size();
  objective_of(options).complete(layer, result);
  if (answer.at("cost") != result.cost || answer.at("optimal") != result.optimal ||
      answer.at("latency_bound") != result.latency_bound) {
    throw InputError("the bounds contradict the schedule");
  }
  if (result.front.size() != known || (known > 0 && result.front.front().cycles < result.latency_bound)) {
    throw InputError("the front contradicts the schedule");
  }
  return result;
}

}  // namespace

ResultCache::ResultCache(std::string folder, std::function<void(const std::string& line)> warn)
    : folder_(std::move(folder)), warn_(std::move(warn)) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (!std::filesystem::is_directory(folder_, error)) {
    throw InputError(fmt::format("{}: expected a folder for the cache, or a place to make one", folder_));
  }
}

std::string ResultCache::path(const json& question) const {
  const std::string name = fmt::format("{:016x}.json", hash(question.dump()));
  return (std::filesystem::path(folder_) / name).string();
}

std::optional<OptimizerResult> ResultCache::find(const Layer& layer, const OptimizerOptions& options) const {
  const auto start = std::chrono::steady_clock::now();
  const json question = question_for(layer, options);
  const std::string file = path(question);
  std::error_code error;
  if (std::filesystem::status(file, error).type() == std::filesystem::file_type::not_found)
    return std::nullopt;
  try {
    const json entry = read_entry(file);
    if (entry.at("question") != question) throw InputError("answers another question");
    if (entry.at("checksum") != checksum(question, entry.at("answer"))) throw InputError("damaged");
    OptimizerResult result = result_from(entry.at("answer"), layer, options);
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
  } catch (const json::exception&) {
    warn_(fmt::format("{}: ignored: not an entry of this cache", file));
  } catch (const std::filesystem::filesystem_error& problem) {
    warn_(fmt::format("{}: ignored: {}", file, problem.code().message()));
  } catch (const InputError& problem) {
    warn_(fmt::format("{}: ignored: {}", file, problem.what()));
  }
  return std::nullopt;
}

void ResultCache::store(const Layer& layer, const OptimizerOptions& options,
                        const OptimizerResult& result) const {
  if (!result.finished) return;
  const json question = question_for(layer, options);
  const json answer = answer_from(result);
  const std::string file = path(question);
  const json entry = {{"question", question}, {"answer", answer}, {"checksum", checksum(question, answer)}};
  // Written in place, a pipe would wait for a reader.
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (!std::filesystem::is_regular_file(status) && !std::filesystem::is_directory(status)) {
    std::filesystem::remove(file, error);
  }
  try {
    write_file(file, entry.dump(1) + '\n');
  } catch (const std::runtime_error& problem) {
    warn_(problem.what());
  }
}

OptimizerResult ResultCache::solve(const Layer& layer, const OptimizerOptions& options) const {
  options.constraints.validate(layer, "constraints");
  if (auto known = find(layer, options)) return *known;
  OptimizerResult result = optimize(layer, options);
  store(layer, options, result);
  return result;
}

std::unique_ptr<SearchClaim> ResultCache::claim(const Layer& layer, const OptimizerOptions& options) const {
  json question = question_for(layer, options);
  question.erase("buffer_bytes");
  // Layers that meet by chance at one byte wait for each other, no worse.
  const auto byte = static_cast<int64_t>(hash(question.dump()) >> 2);
  return std::make_unique<SearchClaim>((std::filesystem::path(folder_) / "claims").string(), byte);
}

}  // namespace hwcvp
