#include "platform/onnx/shapes/model_reader.h"

#include <fmt/format.h>

#include <system_error>

#include "platform/onnx/file/isolated.h"
#include "platform/onnx/file/text.h"
#include "platform/onnx/shapes/infer_shapes.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

void try_apart(const std::string& path, const std::function<void()>& work) {
  constexpr size_t kMessageBytes = 500;
  try {
    run_isolated([&work] {
      work();
      return std::string();
    });
  } catch (const InputError&) {
    throw;
  } catch (const std::system_error&) {
    throw;  // no process could be made
  } catch (const std::runtime_error& error) {
    throw InputError(fmt::format("{}: not a valid model: {}", path, printable(error.what(), kMessageBytes)));
  }
}

void read_model(const std::string& path, const DimensionSizes& sizes, ModelFile& file) {
  parse_model_file(path, sizes, file);
  infer_shapes(file);
}

}  // namespace hwcvp::onnx_import
