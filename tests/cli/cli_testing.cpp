// SPDX-License-Identifier: Apache-2.0
#include "cli/cli_testing.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <regex>
#include <sstream>
#include <thread>

#include "spinflow/networks/rbm_file.hpp"

namespace spinflow::program_tests {

namespace fs = std::filesystem;

std::string npy_spins(int rows) {
  std::string header =
      "{'descr': '|i1', 'fortran_order': False, 'shape': (" + std::to_string(rows) + ", 4, 4), }";
  header += std::string(128 - 10 - header.size() - 1, ' ') + "\n";
  std::string bytes = std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size()) + '\0' + header;
  for (int i = 0; i < rows * 16; ++i) bytes += static_cast<char>((i * 7 + i / 16 * 3) % 5 < 3 ? 1 : -1);
  return bytes;
}

namespace {

/// Curves that are kept between runs go to a folder of the tests.
const fs::path& cache() {
  static const testing::TemporaryFolder folder;
  return folder.path();
}

void write_file(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

void make_workshop(const fs::path& folder) {
  for (const char* line :
       {"sample ising-square -L 4 -T 1:3:1 -n 64 -o s.h5", "sample ising-chain -L 8 -T 1,2 -n 32 -o c.h5",
        "train rbm s.h5 --hidden 6 --epochs 2 --batch-size 16 -o v.h5",
        "train stack s.h5 --hidden 4 --epochs 2 --batch-size 16 --learning-rate 0.5 -o k.h5",
        "train classifier s.h5 --hidden 8 --epochs 2 -o t.h5"}) {
    const auto result = shell(std::string("$SPINFLOW ") + line, folder);
    if (result.status != 0) throw std::runtime_error(result.err);
  }
  write_file(folder / "w.npy", npy_spins(32));
  auto rbm = networks::read_rbm(folder / "v.h5");
  rbm.weights[3] = std::numeric_limits<float>::quiet_NaN();
  networks::write_rbm(rbm, folder / "nan.h5");
  std::ostringstream whole;
  whole << std::ifstream(folder / "s.h5", std::ios::binary).rdbuf();
  write_file(folder / "short.h5", whole.str().substr(0, whole.str().size() / 2));
  write_file(folder / "empty.h5", "");
  write_file(folder / "text.h5", "this is no HDF5 file\n");
  fs::create_directory(folder / "folder");
}

}  // namespace

const fs::path& workshop() {
  static const testing::TemporaryFolder folder;
  static const bool made = (make_workshop(folder.path()), true);
  (void)made;
  return folder.path();
}

std::set<std::string> content_of(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) names.insert(entry.path().string());
  return names;
}

testing::ProgramResult shell(const std::string& line, const fs::path& folder) {
  setenv("SPINFLOW_CACHE_DIR", cache().c_str(), 1);
  setenv("SPINFLOW", SPINFLOW_BINARY, 1);
  const testing::TemporaryFolder channel;
  const auto out = channel.path() / "out";
  const auto err = channel.path() / "err";
  const std::string whole = "cd '" + folder.string() + "' && { " + line + "\n} >'" + out.string() + "' 2>'" +
                            err.string() + "' </dev/null";
  const int status = std::system(whole.c_str());
  const auto text = [](const fs::path& path) {
    std::ostringstream content;
    content << std::ifstream(path).rdbuf();
    return content.str();
  };
  // On a slow machine every command may tell of its progress.
  static const std::regex progress("[^\n]*  after [0-9:]+ (s|min|h)\n");
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), text(out),
          std::regex_replace(text(err), progress, "")};
}

bool appears(const fs::path& path) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!fs::exists(path)) {
    if (std::chrono::steady_clock::now() > limit) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

void expect_refused(const std::vector<Refused>& cases, const fs::path& folder) {
  const auto before = content_of(folder);
  for (const auto& [arguments, names] : cases) {
    SCOPED_TRACE("spinflow " + arguments);
    const auto result = shell("$SPINFLOW " + arguments, folder);
    EXPECT_EQ(result.status, 2) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_TRUE(result.err.starts_with("spinflow: ")) << result.err;
    EXPECT_TRUE(result.err.ends_with("\n") && std::ranges::count(result.err, '\n') == 1) << result.err;
    EXPECT_NE(result.err.find(names), std::string::npos) << result.err;
    EXPECT_EQ(content_of(folder), before);
  }
}

Background::Background(const std::vector<std::string>& arguments, const fs::path& folder) {
  setenv("SPINFLOW_CACHE_DIR", cache().c_str(), 1);
  terminal_ = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal_ < 0 || grantpt(terminal_) != 0 || unlockpt(terminal_) != 0) return;
  const std::string slave = ptsname(terminal_);
  std::vector<char*> words = {const_cast<char*>("spinflow")};
  for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  process_ = fork();
  if (process_ != 0) return;
  const int null = open("/dev/null", O_RDWR);
  const int error = open(slave.c_str(), O_RDWR | O_NOCTTY);
  dup2(null, STDIN_FILENO);
  dup2(null, STDOUT_FILENO);
  dup2(error, STDERR_FILENO);
  setenv("TERM", "xterm", 1);
  setenv("NO_COLOR", "1", 1);
  if (chdir(folder.c_str()) == 0) execv(SPINFLOW_BINARY, words.data());
  _exit(127);
}

Background::~Background() {
  if (process_ > 0) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  if (terminal_ >= 0) close(terminal_);
}

bool Background::read_some() {
  pollfd waiting{terminal_, POLLIN, 0};
  if (poll(&waiting, 1, 50) <= 0) return false;
  char bytes[4096];
  const auto n = read(terminal_, bytes, sizeof bytes);
  if (n > 0) seen_.append(bytes, static_cast<std::size_t>(n));
  return n > 0;
}

bool Background::shows(const std::string& text) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (seen_.find(text) == std::string::npos) {
    if (std::chrono::steady_clock::now() > limit) return false;
    read_some();
  }
  return true;
}

void Background::signal(int number) const { kill(process_, number); }

int Background::wait() {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  int status = 0;
  while (waitpid(process_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > limit) return -1;
    read_some();
  }
  process_ = -1;
  while (read_some()) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace spinflow::program_tests
