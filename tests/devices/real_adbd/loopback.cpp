// Preloaded into adbd: listens on loopback only, on the port it is given, and calls itself a phone.
//
// LOOPBACK_PORT        where to listen; 0 takes a free port
// LOOPBACK_REPORT      a descriptor that the port is written to once adbd listens
// LOOPBACK_PROPERTIES  name=value;name=value: what adbd says of itself in its first packet
//
// It ends when its standard input does, so that nothing is left where whoever started it was killed.
//
// Nothing of the C++ library is used (and no exceptions, and no guards around what is static), so any
// compiler will do, whichever library it comes with.

#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

// How the C++ library that adbd is linked to lays out a std::string.
struct Text {
    char* data;
    size_t size;
    union {
        char inside[16];
        size_t capacity;
    };
};

constexpr char kSetProperty[] =
    "_ZN7android4base11SetPropertyERKNSt7__cxx1112basic_string"
    "IcSt11char_traitsIcESaIcEEES8_";

int port = 0;
int report = -1;

Text text(char* words) {
    Text made{words, strlen(words), {}};
    made.capacity = made.size;
    return made;
}

template <typename Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

int number(const char* variable, int otherwise) {
    const char* said = getenv(variable);
    int value = said == nullptr ? otherwise : atoi(said);
    unsetenv(variable);
    return value;
}

void set_properties(char* rest) {
    using Set = bool (*)(const Text&, const Text&);
    auto set = reinterpret_cast<Set>(dlsym(RTLD_DEFAULT, kSetProperty));
    while (set != nullptr && rest != nullptr) {
        char* pair = strsep(&rest, ";");
        char* name = strsep(&pair, "=");
        if (pair != nullptr) {
            set(text(name), text(pair));
        }
    }
}

void* end_with(void* lease) {
    char byte;
    while (read(static_cast<int>(reinterpret_cast<intptr_t>(lease)), &byte, 1) > 0) {
    }
    _exit(0);
}

__attribute__((constructor)) void begin() {
    // Under another number, because adbd puts something else where its input was.
    intptr_t lease = fcntl(0, F_DUPFD_CLOEXEC, 3);
    pthread_t thread;
    pthread_create(&thread, nullptr, end_with, reinterpret_cast<void*>(lease));
    // adbd hands its variables on to every command, which has no use for these.
    port = number("LOOPBACK_PORT", 0);
    report = number("LOOPBACK_REPORT", -1);
    const char* properties = getenv("LOOPBACK_PROPERTIES");
    if (properties != nullptr) {
        char* copy = strdup(properties);
        set_properties(copy);
        free(copy);
        unsetenv("LOOPBACK_PROPERTIES");
    }
}

}  // namespace

extern "C" int bind(int descriptor, const sockaddr* address, socklen_t size) {
    static auto real = next<int (*)(int, const sockaddr*, socklen_t)>("bind");
    sockaddr_in6 changed{};
    if (address->sa_family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
        memcpy(&changed, address, sizeof(sockaddr_in6));
        inet_pton(AF_INET6, "::ffff:127.0.0.1", &changed.sin6_addr);
        changed.sin6_port = htons(static_cast<uint16_t>(port));
    } else if (address->sa_family == AF_INET && size >= sizeof(sockaddr_in)) {
        memcpy(&changed, address, sizeof(sockaddr_in));
        auto* old = reinterpret_cast<sockaddr_in*>(&changed);
        old->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        old->sin_port = htons(static_cast<uint16_t>(port));
    } else if (address->sa_family == AF_UNIX) {
        return real(descriptor, address, size);
    } else {
        errno = EAFNOSUPPORT;  // a virtual machine's sockets, which have no loopback
        return -1;
    }
    return real(descriptor, reinterpret_cast<sockaddr*>(&changed), size);
}

extern "C" int listen(int descriptor, int backlog) noexcept {
    static auto real = next<int (*)(int, int)>("listen");
    int result = real(descriptor, backlog);
    sockaddr_in6 bound{};
    socklen_t size = sizeof(bound);
    auto* address = reinterpret_cast<sockaddr*>(&bound);
    bool is_named = getsockname(descriptor, address, &size) == 0;
    if (result == 0 && report >= 0 && is_named && bound.sin6_family != AF_UNIX) {
        // IPv4 keeps its port in the same place.
        dprintf(report, "%d\n", ntohs(bound.sin6_port));
        // The other end sees the end of the pipe when adbd has ended: numbers are closed in order.
        fcntl(report, F_DUPFD_CLOEXEC, 500);
        close(report);
        report = -1;
    }
    return result;
}
