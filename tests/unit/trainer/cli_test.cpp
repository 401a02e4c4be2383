// SPDX-License-Identifier: Apache-2.0
#include "tests/support/seed.h"
#include "tests/unit/trainer/synthetic.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <thread>

extern char** environ;

namespace cimarron {
namespace {

using test::SyntheticRun;

class CliTest : public ::testing::Test {
protected:
    // Starts cimarron-train with stderr into the file `stderr`.
    pid_t start(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), CIMARRON_TRAIN);
        std::vector<char*> argv;
        for (std::string& argument : arguments) argv.push_back(argument.data());
        argv.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        const std::string errors = run_.path("stderr").string();
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addopen(&actions, 2, errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                         0600);
        pid_t pid = 0;
        EXPECT_EQ(posix_spawn(&pid, CIMARRON_TRAIN, &actions, nullptr, argv.data(), environ), 0);
        posix_spawn_file_actions_destroy(&actions);
        return pid;
    }
    int exit_code(pid_t pid) const {
        int status = 0;
        EXPECT_EQ(waitpid(pid, &status, 0), pid);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::vector<std::string> train(const std::string& out,
                                   const std::string& set = "seed=7") const {
        return {run_.config().string(), "--out", run_.path(out).string(), "--set", set};
    }
    void expect_refused(const std::vector<std::string>& arguments, const std::string& part) const {
        EXPECT_EQ(exit_code(start(arguments)), 2);
        const std::string errors = run_.read("stderr");
        EXPECT_NE(errors.find(part), std::string::npos) << errors;
        EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 1) << errors;
    }

    const SyntheticRun run_{"cli"};
};

TEST_F(CliTest, TheUsersMistakesExitWithTwoAndOneLine) {
    expect_refused({run_.path("absent.yaml").string()}, "absent.yaml");
    expect_refused(train("x", "epoch=3"), "epochs");
    expect_refused(train("x", "activation_bits=9"), "1..8, or 32");
    expect_refused(train("x", "activation_bits=four"), "activation_bits");
    expect_refused(train("x", "weights=ternary"), "float, bwma");
    expect_refused(train("x", "dataset.folder=/nowhere"), "/nowhere");
    expect_refused(train("x", "network=/nowhere/net.yaml"), "net.yaml");
    expect_refused(train("x", "dataset.name=mnist"), "fashion_mnist, cifar10 and image_folder");
    expect_refused(train("x", "warm_start=/nowhere"), "/nowhere");
    run_.write("t10k-labels-idx1-ubyte", "short");
    expect_refused(train("x"), "t10k-labels-idx1-ubyte");
    EXPECT_FALSE(std::filesystem::exists(run_.path("x")));
    EXPECT_EQ(exit_code(start({"--no-such-option"})), 2);
    EXPECT_EQ(exit_code(start({"--help"})), 0);
}

// Killed again and again, at any moment, a run still ends with the bytes of an undisturbed one.
TEST_F(CliTest, KilledRunsGoOnAndEndWithTheSameBytes) {
    Rng rng(test::test_seed(2));
    ASSERT_EQ(exit_code(start(train("whole", "epochs=4"))), 0);
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_EQ(exit_code(start(train("timed", "epochs=4"))), 0);
    const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - begin;
    for (int i = 0; i < 4; ++i) {
        const pid_t pid = start(train("killed", "epochs=4"));
        std::this_thread::sleep_for(whole * rng.uniform(0.2, 0.9));
        kill(pid, SIGKILL);
        exit_code(pid);
    }
    ASSERT_EQ(exit_code(start(train("killed", "epochs=4"))), 0) << run_.read("stderr");
    EXPECT_EQ(run_.read("killed/network.onnx"), run_.read("whole/network.onnx"));
}

TEST_F(CliTest, AFinishedRunIsNotRepeated) {
    ASSERT_EQ(exit_code(start(train("done", "epochs=1"))), 0);
    const auto written = std::filesystem::last_write_time(run_.path("done/network.onnx"));
    ASSERT_EQ(exit_code(start(train("done", "epochs=1"))), 0);
    EXPECT_EQ(std::filesystem::last_write_time(run_.path("done/network.onnx")), written);
    expect_refused(train("done", "epochs=2"), "--restart");
}

}  // namespace
}  // namespace cimarron
