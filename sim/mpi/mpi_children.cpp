// SPDX-License-Identifier: Apache-2.0
#include "sim/mpi/mpi_children.h"

#include <boost/mpi/communicator.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/utility.hpp>
#include <boost/serialization/vector.hpp>

#include <chrono>
#include <future>
#include <thread>

namespace cimarron {

namespace {

namespace mpi = boost::mpi;

constexpr int kRun = 1;       // rank 0 -> rank: index, command
constexpr int kFinished = 2;  // rank -> rank 0: index, exit code
constexpr int kRelease = 3;   // rank 0 -> rank

// A blocking receive spins; points take far longer than this.
constexpr std::chrono::milliseconds kPause{2};

using Finished = std::pair<std::size_t, int>;

// A command as one message: log, folder, arguments.
std::vector<std::string> pack(const ChildCommand& command) {
    std::vector<std::string> words = {command.log.string(), command.folder.string()};
    words.insert(words.end(), command.arguments.begin(), command.arguments.end());
    return words;
}

ChildCommand unpack(const std::vector<std::string>& words) {
    return {{words.begin() + 2, words.end()}, words[0], words[1]};
}

int exit_code_of(const ChildCommand& command) {
    int exit_code = 0;
    run_children({command}, 1, [&](std::size_t, int code) { exit_code = code; });
    return exit_code;
}

// What runs on rank 0 itself: MPI stays in the main thread, the child is waited for in another.
class LocalSlot {
public:
    bool free() const { return !exit_code_.valid(); }
    void start(std::size_t index, const ChildCommand& command) {
        index_ = index;
        exit_code_ = std::async(std::launch::async, [command] { return exit_code_of(command); });
    }
    // Whether a command ended within the pause; it is reported then.
    bool poll(const ChildFinished& finished) {
        if (free()) {
            std::this_thread::sleep_for(kPause);
            return false;
        }
        if (exit_code_.wait_for(kPause) != std::future_status::ready) return false;
        finished(index_, exit_code_.get());
        return true;
    }

private:
    std::size_t index_ = 0;
    std::future<int> exit_code_;
};

}  // namespace

void run_on_ranks(const mpi::communicator& world, const std::vector<ChildCommand>& commands,
                  const ChildFinished& finished) {
    std::vector<int> free_ranks;
    for (int rank = world.size() - 1; rank > 0; --rank) free_ranks.push_back(rank);
    LocalSlot local;
    std::size_t next = 0;
    for (std::size_t done = 0; done < commands.size();) {
        while (next < commands.size() && !free_ranks.empty()) {
            world.send(free_ranks.back(), kRun, std::make_pair(next, pack(commands[next])));
            free_ranks.pop_back();
            ++next;
        }
        if (next < commands.size() && local.free()) {
            local.start(next, commands[next]);
            ++next;
        }
        if (local.poll(finished)) ++done;
        while (const auto status = world.iprobe(mpi::any_source, kFinished)) {
            Finished result;
            world.recv(status->source(), kFinished, result);
            free_ranks.push_back(status->source());
            finished(result.first, result.second);
            ++done;
        }
    }
}

void release_ranks(const mpi::communicator& world) {
    for (int rank = 1; rank < world.size(); ++rank) world.send(rank, kRelease);
}

void serve_rank(const mpi::communicator& world) {
    for (;;) {
        if (world.iprobe(0, kRelease)) {
            world.recv(0, kRelease);
            return;
        }
        if (!world.iprobe(0, kRun)) {
            std::this_thread::sleep_for(kPause);
            continue;
        }
        std::pair<std::size_t, std::vector<std::string>> work;
        world.recv(0, kRun, work);
        world.send(0, kFinished, Finished{work.first, exit_code_of(unpack(work.second))});
    }
}

}  // namespace cimarron
