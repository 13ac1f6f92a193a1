"""Gradle projects of many kinds, as people have them, for models to be put in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LIBRARY_HERE: Final = 'id("com.android.library")'
KOTLIN_HERE: Final = 'id("org.jetbrains.kotlin.android")'


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Files by path; `named` is what the user names, `app` the script of the app's module.

    `plugins` are what our module has to apply, each with the version it has to say.
    """

    files: Mapping[str, str | bytes]
    app: str
    settings: str
    named: str = "."
    plugins: tuple[str, ...] = (LIBRARY_HERE, KOTLIN_HERE)
    compile_sdk: int = 36
    notes: int = 0


MANAGED: Final = """pluginManagement {
    repositories {
        google()
        mavenCentral()
    }
}
"""
APP_KTS: Final = """plugins {
    alias(libs.plugins.android.application)
    alias(libs.plugins.kotlin.android)
}

android {
    namespace = "com.example.demo"
    compileSdk = 35
    defaultConfig {
        minSdk = 26
    }
}

dependencies {
    implementation(libs.androidx.core.ktx)
}
"""
ROOT_KTS: Final = """// Top-level build file
plugins {
    alias(libs.plugins.android.application) apply false
    alias(libs.plugins.kotlin.android) apply false
}
"""
CATALOG: Final = """[versions]
agp = "8.7.3"
kotlin = "2.1.0"

[libraries]
androidx-core-ktx = { module = "androidx.core:core-ktx", version = "1.16.0" }

[plugins]
android-application = { id = "com.android.application", version.ref = "agp" }
android-library = { id = "com.android.library", version.ref = "agp" }
kotlin-android = { id = "org.jetbrains.kotlin.android", version.ref = "kotlin" }
"""
STUDIO: Final = {
    "settings.gradle.kts": MANAGED + 'rootProject.name = "Demo"\ninclude(":app")\n',
    "build.gradle.kts": ROOT_KTS,
    "gradle/libs.versions.toml": CATALOG,
    "app/build.gradle.kts": APP_KTS,
    "app/src/main/AndroidManifest.xml": "<manifest/>\n",
}
OLD_ROOT: Final = """buildscript {
    ext.kotlin_version = '1.9.24'
    repositories { google(); mavenCentral() }
    dependencies {
        classpath 'com.android.tools.build:gradle:8.1.4'
        classpath "org.jetbrains.kotlin:kotlin-gradle-plugin:$kotlin_version"
    }
}
"""
OLD_APP: Final = """apply plugin: 'com.android.application'
apply plugin: 'kotlin-android'

android {
    compileSdkVersion 34
    defaultConfig {
        applicationId 'com.example.old'
        minSdkVersion 26
    }
}
"""
FLAVOURS: Final = """plugins {
    id 'com.android.application'
    id 'org.jetbrains.kotlin.android'
}

android {
    compileSdk 35
    flavorDimensions 'tier'
    defaultConfig { minSdk 26 }
    productFlavors {
        free { dimension 'tier'; minSdk 21 }
        paid { dimension 'tier' }
    }
}
"""
NATIVE_ROOT: Final = """buildscript {
    ext {
        buildToolsVersion = "35.0.0"
        minSdkVersion = 24
        compileSdkVersion = 35
    }
    repositories {
        google()
        mavenCentral()
    }
    dependencies {
        classpath("com.android.tools.build:gradle")
        classpath("com.facebook.react:react-native-gradle-plugin")
        classpath("org.jetbrains.kotlin:kotlin-gradle-plugin")
    }
}

apply plugin: "com.facebook.react.rootproject"
"""
NATIVE_APP: Final = """apply plugin: "com.android.application"
apply plugin: "org.jetbrains.kotlin.android"
apply plugin: "com.facebook.react"

android {
    compileSdk rootProject.ext.compileSdkVersion
    defaultConfig { minSdkVersion rootProject.ext.minSdkVersion }
}
"""
DECOYS: Final = """// include(":other")
/* include(":third")
   id("com.android.application") */
val text = "// include(':fourth') /* not a comment"
include(":app") // include(":fifth")
"""
DECOY_LIBRARY: Final = """plugins {
    id("com.android.library") // not id("com.android.application")
    /* id("com.android.application") */
}
"""
ALONE: Final = """plugins {
    id("com.android.application") version "8.6.1"
}

android {
    namespace = "com.example.alone"
    compileSdk = 35
}
"""
NINE: Final = """plugins {
    id("com.android.application") version "9.0.1"
}

android {
    compileSdk { version = release(36) }
    defaultConfig { minSdk { version = release(26) } }
}
"""
LATE_ROOT: Final = """buildscript {
    repositories {
        google()
        mavenCentral()
    }
    dependencies {
        classpath("com.android.tools.build:gradle:8.9.1")
        classpath("org.jetbrains.kotlin:kotlin-gradle-plugin:2.1.20")
    }
}
"""
LATE_APP: Final = """import com.android.build.api.dsl.ApplicationExtension

apply(plugin = "com.android.application")
apply(plugin = "org.jetbrains.kotlin.android")

configure<ApplicationExtension> {
    namespace = "com.example.late"
    compileSdk = 36
    defaultConfig {
        minSdk = 26
    }
}
"""
STAYS_ROOT: Final = """plugins {
    id("com.android.application") version "9.2.1" apply false
}
"""
STAYS: Final = """plugins {
    id("com.android.application")
    id("org.jetbrains.kotlin.android") version "2.3.0"
}

android {
    compileSdk = 36
}
"""
SHAPES: Final[Mapping[str, Shape]] = {
    "as Android Studio makes it": Shape(
        files=STUDIO, app="app/build.gradle.kts", settings="settings.gradle.kts", compile_sdk=35
    ),
    "several modules, one of them an app": Shape(
        files=STUDIO
        | {
            "settings.gradle.kts": MANAGED
            + 'include(":core", ":feature:login")\ninclude(":app")\n',
            "core/build.gradle.kts": "plugins {\n    alias(libs.plugins.android.library)\n}\n",
            "feature/login/build.gradle.kts": 'plugins { id("com.android.library") }\n',
        },
        app="app/build.gradle.kts",
        settings="settings.gradle.kts",
        compile_sdk=35,
    ),
    "two apps, of which one is named": Shape(
        files=STUDIO
        | {
            "settings.gradle.kts": MANAGED + 'include(":app")\ninclude(":wear")\n',
            "wear/build.gradle.kts": APP_KTS,
        },
        named="wear",
        app="wear/build.gradle.kts",
        settings="settings.gradle.kts",
        compile_sdk=35,
    ),
    "Groovy, with plugins applied the old way": Shape(
        files={
            "settings.gradle": "include ':app'\n",
            "build.gradle": OLD_ROOT,
            "app/build.gradle": OLD_APP,
        },
        app="app/build.gradle",
        settings="settings.gradle",
        compile_sdk=34,
        notes=1,
    ),
    "Groovy with flavours": Shape(
        files={
            "settings.gradle": MANAGED + "include ':lib', ':app'\n",
            "build.gradle": "plugins {\n"
            "    id 'com.android.application' version '8.7.0' apply false\n"
            "    id 'org.jetbrains.kotlin.android' version '2.0.21' apply false\n}\n",
            "lib/build.gradle": "plugins { id 'com.android.library' }\n",
            "app/build.gradle": FLAVOURS,
        },
        app="app/build.gradle",
        settings="settings.gradle",
        compile_sdk=35,
        notes=1,
    ),
    "React Native": Shape(
        files={
            "package.json": '{"name": "demo"}\n',
            "ios/Demo.xcodeproj/project.pbxproj": "// !$*UTF8*$!\n{}\n",
            "android/settings.gradle": 'pluginManagement { includeBuild("../node_modules/rn") }\n'
            "rootProject.name = 'demo'\ninclude ':app'\n"
            "includeBuild('../node_modules/@react-native/gradle-plugin')\n",
            "android/build.gradle": NATIVE_ROOT,
            "android/app/build.gradle": NATIVE_APP,
        },
        app="android/app/build.gradle",
        settings="android/settings.gradle",
        compile_sdk=35,
        notes=1,
    ),
    "no newline at the end of any script": Shape(
        files={path: text.rstrip("\n") for path, text in STUDIO.items()},
        app="app/build.gradle.kts",
        settings="settings.gradle.kts",
        compile_sdk=35,
    ),
    "lines that end as on Windows, and a byte order mark": Shape(
        files={
            path: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
            for path, text in STUDIO.items()
        },
        app="app/build.gradle.kts",
        settings="settings.gradle.kts",
        compile_sdk=35,
    ),
    "names with spaces, quotes and letters of any script": Shape(
        files={
            "settings.gradle.kts": MANAGED + 'include(":die größe app", ":moved")\n'
            'project(":moved").projectDir = file("it\'s 猫 \\$here")\n',
            "build.gradle.kts": ROOT_KTS,
            "gradle/libs.versions.toml": CATALOG,
            "die größe app/build.gradle.kts": APP_KTS,
        },
        app="die größe app/build.gradle.kts",
        settings="settings.gradle.kts",
        compile_sdk=35,
    ),
    "a module whose folder is elsewhere": Shape(
        files={
            "settings.gradle": MANAGED + "include ':client'\n"
            "project(':client').projectDir = new File(settingsDir, 'mobile/the client')\n",
            "build.gradle": OLD_ROOT,
            "mobile/the client/build.gradle": OLD_APP,
        },
        app="mobile/the client/build.gradle",
        settings="settings.gradle",
        compile_sdk=34,
        notes=1,
    ),
    "comments that look like code": Shape(
        files=STUDIO
        | {
            "settings.gradle.kts": MANAGED + DECOYS,
            "other/build.gradle.kts": APP_KTS,
            "fifth/build.gradle.kts": DECOY_LIBRARY,
        },
        app="app/build.gradle.kts",
        settings="settings.gradle.kts",
        compile_sdk=35,
    ),
    "bytes that are no UTF-8, and mixed line ends": Shape(
        files={
            "settings.gradle": b"// gr\xf6\xdfe\r\ninclude ':app'\n\n\n",
            "build.gradle": OLD_ROOT,
            "app/build.gradle": b"// \xff\xfe\n" + OLD_APP.replace("{\n", "{\r\n").encode(),
        },
        app="app/build.gradle",
        settings="settings.gradle",
        compile_sdk=34,
        notes=1,
    ),
    "one folder that is project and app at once": Shape(
        files={"settings.gradle.kts": MANAGED, "build.gradle.kts": ALONE},
        app="build.gradle.kts",
        settings="settings.gradle.kts",
        plugins=(LIBRARY_HERE, 'id("org.jetbrains.kotlin.android") version "2.2.21"'),
        compile_sdk=35,
    ),
    "Kotlin, with plugins applied the old way": Shape(
        files={
            "settings.gradle.kts": 'include(":app")\n',
            "build.gradle.kts": LATE_ROOT,
            "app/build.gradle.kts": LATE_APP,
        },
        app="app/build.gradle.kts",
        settings="settings.gradle.kts",
    ),
    "a plugin of Kotlin that stays beside the newest of Android": Shape(
        files={
            "settings.gradle.kts": MANAGED + 'include("app")\n',
            "build.gradle.kts": STAYS_ROOT,
            "gradle.properties": "android.newDsl=false\nandroid.builtInKotlin=false\n",
            "app/build.gradle.kts": STAYS,
        },
        app="app/build.gradle.kts",
        settings="settings.gradle.kts",
        plugins=(LIBRARY_HERE, 'id("org.jetbrains.kotlin.android") version "2.3.0"'),
    ),
    "a version that only the module says": Shape(
        files={
            "settings.gradle.kts": MANAGED + 'include("app")\n',
            "app/build.gradle.kts": NINE,
        },
        app="app/build.gradle.kts",
        settings="settings.gradle.kts",
        plugins=('id("com.android.library") version "9.0.1"',),
    ),
}


def put(shape: Shape, folder: Path) -> Path:
    """The project in `folder`; what the user names."""
    for name, content in shape.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder / shape.named
