// The part of the Android plugin's DSL that generated and injected lines use: the names, the
// nesting and the types of com.android.build.api.dsl, in which every member is where the plugin
// has it. The plugin has no `Marker`; here it makes a name that is used in a block of another an
// error.
package com.android.build.api.dsl

import org.gradle.api.JavaVersion
import org.gradle.api.NamedDomainObjectContainer
import org.gradle.api.provider.Property
import java.io.File

@DslMarker
public annotation class Marker

// Its names may be used in every block inside of it, as people do with signingConfigs.
public interface CommonExtension {
    public var namespace: String?
    public var compileSdk: Int?

    public fun compileSdk(action: CompileSdkSpec.() -> Unit)

    public fun compileOptions(action: CompileOptions.() -> Unit)

    public fun packaging(action: Packaging.() -> Unit)

    public fun getDefaultProguardFile(name: String): File
}

@Marker
public interface CompileSdkSpec {
    public var version: CompileSdkVersion?

    public fun release(version: Int): CompileSdkVersion
}

public interface CompileSdkVersion

@Marker
public interface MinSdkSpec {
    public var version: MinSdkVersion?

    public fun release(version: Int): MinSdkVersion
}

public interface MinSdkVersion

public interface ApplicationExtension : CommonExtension {
    public val assetPacks: MutableSet<String>
    public val signingConfigs: NamedDomainObjectContainer<ApkSigningConfig>

    public fun defaultConfig(action: ApplicationDefaultConfig.() -> Unit)

    public fun buildTypes(action: BuildTypes.() -> Unit)

    public fun androidResources(action: AndroidResources.() -> Unit)
}

public interface LibraryExtension : CommonExtension {
    public fun defaultConfig(action: LibraryDefaultConfig.() -> Unit)
}

public interface ApkSigningConfig

// NamedDomainObjectContainer's own, for the two that the plugin makes.
@Marker
public interface BuildTypes {
    public fun release(action: ApplicationBuildType.() -> Unit)

    public fun debug(action: ApplicationBuildType.() -> Unit)
}

@Marker
public interface DefaultConfig {
    public var minSdk: Int?
    public var testInstrumentationRunner: String?

    public fun minSdk(action: MinSdkSpec.() -> Unit)

    public fun ndk(action: Ndk.() -> Unit)
}

public interface ApplicationDefaultConfig : DefaultConfig {
    public var applicationId: String?
    public var targetSdk: Int?
    public var versionCode: Int?
    public var versionName: String?
}

public interface LibraryDefaultConfig : DefaultConfig {
    public fun consumerProguardFiles(vararg proguardFiles: Any): Any
}

@Marker
public interface ApplicationBuildType {
    public var isMinifyEnabled: Boolean
    public var isShrinkResources: Boolean
    public var signingConfig: ApkSigningConfig?

    public fun proguardFiles(vararg files: Any): Any
}

@Marker
public interface Ndk {
    public val abiFilters: MutableSet<String>
}

@Marker
public interface CompileOptions {
    public var sourceCompatibility: JavaVersion
    public var targetCompatibility: JavaVersion
}

@Marker
public interface AndroidResources {
    public val noCompress: MutableCollection<String>
}

@Marker
public interface Packaging {
    public fun jniLibs(action: JniLibsPackaging.() -> Unit)
}

@Marker
public interface JniLibsPackaging {
    public var useLegacyPackaging: Boolean?
}

@Marker
public interface AssetPackExtension {
    public val packName: Property<String>

    public fun dynamicDelivery(action: DynamicDelivery.() -> Unit)
}

@Marker
public interface DynamicDelivery {
    public val deliveryType: Property<String>
}
