"""Small models of many architectures: a class, a configuration of two layers or so, seeded weights.

Saved to folders as `save_pretrained` does, they are what the Hugging Face source is tried on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import torch
import transformers

SEED: Final = 0
TEXT: Final = {
    "vocab_size": 500,
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 128,
    "max_position_embeddings": 130,
}
IMAGE: Final = {
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 128,
    "image_size": 64,
    "patch_size": 16,
}
SPEECH: Final = {
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 128,
    "conv_dim": (32, 32, 32),
    "conv_kernel": (10, 8, 4),
    "conv_stride": (5, 4, 4),
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 4,
}
CLIP_TEXT: Final = {
    **TEXT,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "projection_dim": 32,
}
CLASSES: Final = {
    "id2label": {0: "cat", 1: "dog", 2: "owl"},
    "label2id": {"cat": 0, "dog": 1, "owl": 2},
}


@dataclass(frozen=True, kw_only=True)
class Family:
    """One architecture: its names in transformers, its configuration, and the part asked for."""

    model: str
    config: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    part: str = ""


def _text(prefix: str, model: str = "Model", **settings: Any) -> Family:  # noqa: ANN401
    return Family(model=f"{prefix}{model}", config=f"{prefix}Config", settings={**TEXT, **settings})


def _image(prefix: str, model: str = "Model", **settings: Any) -> Family:  # noqa: ANN401
    return Family(
        model=f"{prefix}{model}", config=f"{prefix}Config", settings={**IMAGE, **settings}
    )


def _pyramid(prefix: str, model: str = "Model", **settings: Any) -> Family:  # noqa: ANN401
    return Family(model=f"{prefix}{model}", config=f"{prefix}Config", settings=settings)


FAMILIES: Final[Mapping[str, Family]] = {
    "distilbert": Family(
        model="DistilBertForSequenceClassification",
        config="DistilBertConfig",
        settings={
            "vocab_size": 500,
            "dim": 64,
            "n_layers": 2,
            "n_heads": 4,
            "hidden_dim": 128,
            "max_position_embeddings": 128,
            **CLASSES,
        },
    ),
    "bert": _text("Bert"),
    "bert classifier": _text("Bert", "ForSequenceClassification", **CLASSES),
    "bert masked lm": _text("Bert", "ForMaskedLM"),
    "bert question answering": _text("Bert", "ForQuestionAnswering"),
    "roberta": _text("Roberta"),
    "roberta tokens": _text("Roberta", "ForTokenClassification", **CLASSES),
    "electra": _text("Electra", embedding_size=32),
    "albert": _text("Albert", embedding_size=32),
    "mobilebert": _text(
        "MobileBert",
        embedding_size=32,
        intra_bottleneck_size=32,
        true_hidden_size=32,
    ),
    "mpnet": _text("MPNet"),
    "deberta": _text("Deberta"),
    "deberta-v2": _text(
        "DebertaV2",
        relative_attention=True,
        position_buckets=32,
        pos_att_type=["p2c", "c2p"],
        share_att_key=True,
        norm_rel_ebd="layer_norm",
    ),
    "xlm-roberta": _text("XLMRoberta"),
    "camembert": _text("Camembert"),
    "squeezebert": _text("SqueezeBert", embedding_size=64),
    "fnet": _text("FNet"),
    "nystromformer": _text("Nystromformer"),
    "layoutlm": _text("LayoutLM"),
    "modernbert": _text(
        "ModernBert",
        pad_token_id=0,
        bos_token_id=1,
        cls_token_id=1,
        eos_token_id=2,
        sep_token_id=2,
        global_attn_every_n_layers=2,
    ),
    "xlnet": Family(
        model="XLNetModel",
        config="XLNetConfig",
        settings={"vocab_size": 500, "d_model": 64, "n_layer": 2, "n_head": 4, "d_inner": 128},
    ),
    "t5 encoder": Family(
        model="T5EncoderModel",
        config="T5Config",
        settings={
            "vocab_size": 500,
            "d_model": 64,
            "d_kv": 16,
            "d_ff": 128,
            "num_layers": 2,
            "num_heads": 4,
        },
    ),
    "bart": Family(
        model="BartModel",
        config="BartConfig",
        settings={
            "vocab_size": 500,
            "d_model": 64,
            "encoder_layers": 2,
            "decoder_layers": 2,
            "encoder_attention_heads": 4,
            "decoder_attention_heads": 4,
            "encoder_ffn_dim": 128,
            "decoder_ffn_dim": 128,
            "max_position_embeddings": 128,
        },
    ),
    "vit": _image("ViT"),
    "vit classifier": _image("ViT", "ForImageClassification", **CLASSES),
    "deit": _image("DeiT"),
    "beit": _image("Beit"),
    "dinov2": _image("Dinov2", patch_size=14, image_size=56, mlp_ratio=2),
    "yolos": _image("Yolos", "ForObjectDetection", num_detection_tokens=5, image_size=[64, 96]),
    "swin": _pyramid(
        "Swin",
        image_size=64,
        patch_size=4,
        embed_dim=16,
        depths=[2, 2],
        num_heads=[2, 4],
        window_size=4,
    ),
    "swinv2": _pyramid(
        "Swinv2",
        image_size=64,
        patch_size=4,
        embed_dim=16,
        depths=[2, 2],
        num_heads=[2, 4],
        window_size=4,
    ),
    "convnext": _pyramid(
        "ConvNext",
        "ForImageClassification",
        hidden_sizes=[16, 32, 48, 64],
        depths=[1, 1, 1, 1],
        **CLASSES,
    ),
    "convnextv2": _pyramid("ConvNextV2", hidden_sizes=[16, 32, 48, 64], depths=[1, 1, 1, 1]),
    "resnet": _pyramid(
        "ResNet",
        "ForImageClassification",
        embedding_size=16,
        hidden_sizes=[16, 32],
        depths=[1, 1],
        **CLASSES,
    ),
    "regnet": _pyramid(
        "RegNet", embedding_size=16, hidden_sizes=[16, 32], depths=[1, 1], groups_width=8
    ),
    "mobilenet_v1": _pyramid(
        "MobileNetV1", "ForImageClassification", image_size=64, depth_multiplier=0.25, **CLASSES
    ),
    "mobilenet_v2": _pyramid(
        "MobileNetV2", "ForImageClassification", image_size=64, depth_multiplier=0.35, **CLASSES
    ),
    "efficientnet": _pyramid(
        "EfficientNet",
        image_size=64,
        width_coefficient=0.25,
        depth_coefficient=0.25,
        hidden_dim=320,
    ),
    "mobilevit": _pyramid(
        "MobileViT",
        image_size=64,
        hidden_sizes=[24, 32, 40],
        neck_hidden_sizes=[8, 16, 24, 32, 40, 48, 64],
        num_attention_heads=2,
    ),
    "mobilevitv2": _pyramid("MobileViTV2", image_size=64, width_multiplier=0.25),
    "segformer": _pyramid(
        "Segformer",
        "ForSemanticSegmentation",
        hidden_sizes=[8, 16, 24, 32],
        depths=[1, 1, 1, 1],
        decoder_hidden_size=32,
        num_attention_heads=[1, 2, 2, 4],
        **CLASSES,
    ),
    "poolformer": _pyramid("PoolFormer", hidden_sizes=[8, 16, 24, 32], depths=[1, 1, 1, 1]),
    "levit": _pyramid(
        "Levit",
        image_size=64,
        hidden_sizes=[32, 48, 64],
        num_attention_heads=[2, 3, 4],
        depths=[1, 1, 1],
        key_dim=[8, 8, 8],
    ),
    "cvt": _pyramid("Cvt", embed_dim=[16, 32, 48], num_heads=[1, 2, 3], depth=[1, 2, 3]),
    "pvt": _pyramid(
        "Pvt",
        image_size=64,
        hidden_sizes=[16, 32, 40, 64],
        depths=[1, 1, 1, 1],
        num_attention_heads=[1, 2, 5, 8],
    ),
    "pvtv2": _pyramid(
        "PvtV2",
        image_size=64,
        hidden_sizes=[16, 32, 40, 64],
        depths=[1, 1, 1, 1],
        num_attention_heads=[1, 2, 5, 8],
    ),
    "dpt": _image(
        "DPT",
        "ForDepthEstimation",
        num_hidden_layers=4,
        backbone_out_indices=[0, 1, 2, 3],
        neck_hidden_sizes=[16, 16, 32, 32],
        fusion_hidden_size=32,
        is_hybrid=False,
    ),
    "depth anything": Family(
        model="DepthAnythingForDepthEstimation",
        config="DepthAnythingConfig",
        settings={
            "backbone_config": {
                **IMAGE,
                "model_type": "dinov2",
                "patch_size": 14,
                "image_size": 56,
                "out_indices": [1, 2],
                "reshape_hidden_states": False,
            },
            "reassemble_hidden_size": 64,
            "patch_size": 14,
            "reassemble_factors": [2, 1],
            "neck_hidden_sizes": [16, 32],
            "fusion_hidden_size": 16,
            "head_hidden_size": 16,
        },
    ),
    "whisper": Family(
        model="WhisperForConditionalGeneration",
        config="WhisperConfig",
        settings={
            "d_model": 64,
            "encoder_layers": 2,
            "decoder_layers": 2,
            "encoder_attention_heads": 4,
            "decoder_attention_heads": 4,
            "encoder_ffn_dim": 128,
            "decoder_ffn_dim": 128,
            "vocab_size": 500,
            "max_source_positions": 200,
            "pad_token_id": 0,
            "bos_token_id": 1,
            "eos_token_id": 2,
            "decoder_start_token_id": 1,
        },
    ),
    "wav2vec2": Family(model="Wav2Vec2Model", config="Wav2Vec2Config", settings=SPEECH),
    "wav2vec2 ctc": Family(
        model="Wav2Vec2ForCTC", config="Wav2Vec2Config", settings={**SPEECH, "vocab_size": 32}
    ),
    "hubert": Family(model="HubertModel", config="HubertConfig", settings=SPEECH),
    "wavlm": Family(model="WavLMModel", config="WavLMConfig", settings=SPEECH),
    "data2vec audio": Family(
        model="Data2VecAudioModel", config="Data2VecAudioConfig", settings=SPEECH
    ),
    "wav2vec2 bert": Family(
        model="Wav2Vec2BertModel",
        config="Wav2Vec2BertConfig",
        settings={
            "hidden_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "intermediate_size": 128,
        },
    ),
    "audio spectrogram": Family(
        model="ASTForAudioClassification",
        config="ASTConfig",
        settings={**IMAGE, "max_length": 128, "num_mel_bins": 64, **CLASSES},
    ),
    "clip text": Family(model="CLIPTextModel", config="CLIPTextConfig", settings=CLIP_TEXT),
    "clip vision": Family(
        model="CLIPVisionModelWithProjection",
        config="CLIPVisionConfig",
        settings={**IMAGE, "projection_dim": 32},
    ),
    "clip, its text tower": Family(
        model="CLIPModel",
        config="CLIPConfig",
        settings={"text_config": CLIP_TEXT, "vision_config": IMAGE, "projection_dim": 32},
        part="text",
    ),
    "clip, its vision tower": Family(
        model="CLIPModel",
        config="CLIPConfig",
        settings={"text_config": CLIP_TEXT, "vision_config": IMAGE, "projection_dim": 32},
        part="vision",
    ),
    "siglip vision": _image("SiglipVision"),
    "siglip, its text tower": Family(
        model="SiglipModel",
        config="SiglipConfig",
        settings={"text_config": TEXT, "vision_config": IMAGE},
        part="text",
    ),
}


def save(family: Family, folder: Path) -> str:
    """Write the family's folder, with random weights from a fixed seed, and return its spec."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        config = getattr(transformers, family.config)(**family.settings)
        model = getattr(transformers, family.model)(config).eval()
        for module in model.modules():
            _settle(module)
    model.save_pretrained(folder)
    return f"{folder}#{family.part}" if family.part else str(folder)


def _settle(module: Any) -> None:  # noqa: ANN401 - any layer
    """Give batch norms statistics that are not those of a layer that was never used."""
    if isinstance(module, torch.nn.BatchNorm1d | torch.nn.BatchNorm2d):
        state = module.state_dict(keep_vars=True)
        state["running_mean"].normal_(0, 0.1)
        state["running_var"].uniform_(0.5, 1.5)
