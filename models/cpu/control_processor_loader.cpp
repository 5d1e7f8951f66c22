#include "models/cpu/control_processor_loader.h"

#include <dlfcn.h>

#include <filesystem>
#include <system_error>
#include <vector>

#include "models/cpu/control_processor_plugin.h"
#include "models/cpu/native_control_processor.h"

namespace hwcvp {

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> plugin_candidates() {
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  return {folder / HWCVP_RISCV_PLUGIN, folder.parent_path() / HWCVP_RISCV_PLUGIN,
          folder / HWCVP_PLUGIN_FOLDER / HWCVP_RISCV_PLUGIN};
}

fs::path find_plugin(const std::string& plugin_path) {
  if (!plugin_path.empty()) {
    return plugin_path;
  }
  std::string searched;
  for (const fs::path& candidate : plugin_candidates()) {
    std::error_code error;
    if (fs::exists(candidate, error)) {
      return candidate;
    }
    searched += (searched.empty() ? "" : ", ") + candidate.lexically_normal().string();
  }
  throw InputError("control processor riscv: no plug-in found; expected one of " + searched);
}

template <typename Function>
Function* symbol(void* plugin, const fs::path& path, const char* name) {
  void* const address = dlsym(plugin, name);
  if (address == nullptr) {
    throw InputError("control processor plug-in " + path.string() + ": expected the symbol " + name);
  }
  return reinterpret_cast<Function*>(address);
}

// The plug-in stays loaded: the modules that it makes have their code there.
std::unique_ptr<ControlProcessor> make_from_plugin(const fs::path& path, const char* name,
                                                   const ControlProcessorProperties& properties) {
  void* const plugin = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (plugin == nullptr) {
    throw InputError("control processor plug-in " + path.string() + ": cannot be loaded: " + dlerror());
  }
  const auto abi =
      symbol<decltype(hwcvp_control_processor_abi)>(plugin, path, cpu::kControlProcessorAbiSymbol);
  if (abi() != cpu::kControlProcessorAbi) {
    throw InputError("control processor plug-in " + path.string() + ": expected interface version " +
                     std::to_string(cpu::kControlProcessorAbi) + ", found " + std::to_string(abi()));
  }
  const auto create =
      symbol<decltype(hwcvp_create_control_processor)>(plugin, path, cpu::kCreateControlProcessorSymbol);
  return std::unique_ptr<ControlProcessor>(create(name, &properties));
}

}  // namespace

std::unique_ptr<ControlProcessor> make_control_processor(const std::string& kind, const char* name,
                                                         const ControlProcessorProperties& properties,
                                                         const std::string& plugin_path) {
  if (kind == "native") {
    return std::make_unique<NativeControlProcessor>(name, properties);
  }
  if (kind == "riscv") {
    return make_from_plugin(find_plugin(plugin_path), name, properties);
  }
  throw InputError("control processor kind: expected native or riscv, found " + kind);
}

}  // namespace hwcvp
